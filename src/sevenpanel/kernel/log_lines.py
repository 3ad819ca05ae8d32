"""What strangers do wrong takes one line of the log each, so that they cannot fill it."""

import logging


class OneLine(logging.Filter):
    """Drops the traceback of what Django logs about suspicious requests: it leads through Django alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, those of `django.security` without their traceback."""
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
        return True
