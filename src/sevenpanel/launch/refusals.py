"""What launching says instead of a traceback."""

from sevenpanel.kernel.refusals import Refusal


class UnableToLaunch(Refusal):
    """Something the person at the terminal can put right; the text says what."""
