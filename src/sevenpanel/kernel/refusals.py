"""The base of every refusal: an expected "no" whose text may be shown to whoever asked."""


class Refusal(Exception):  # noqa: N818 - refusals are named UnableTo..., after what could not be done
    """An anticipated "no". Its text is a sentence for the person who asked; nothing was changed or charged.

    A room defines its own beside the command that raises it, named `UnableTo...`. What customers read is said with
    `kernel.said.say`, so that the site can say it in their language.
    """

    status = 409

    @property
    def sentence(self) -> str:
        """What may be shown, as it was said."""
        said = self.args[0] if self.args else ""
        return said if isinstance(said, str) else str(said)
