"""The base of every refusal: an expected "no" whose text may be shown to whoever asked."""


class Refusal(Exception):  # noqa: N818 - refusals are named UnableTo..., after what could not be done
    """An anticipated "no". Its text is a sentence for the person who asked; nothing was changed or charged.

    A room defines its own beside the command that raises it, named `UnableTo...`.
    """

    status = 409

    @property
    def sentence(self) -> str:
        """What may be shown."""
        return str(self)
