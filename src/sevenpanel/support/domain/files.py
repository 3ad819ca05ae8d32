"""How many files a ticket takes; what a file may be is the kernel's to say."""

from sevenpanel.kernel.files import (
    BYTES_MAX,
    FileKind,
    Scan,
    UnableToTakeFile,
    disposition,
    headers,
    safe_name,
)

__all__ = ["BYTES_MAX", "FileKind", "Scan", "UnableToTakeFile", "disposition", "headers", "safe_name"]

FILES_PER_MESSAGE_MAX = 5
FILES_PER_TICKET_MAX = 30
BYTES_PER_TICKET_MAX = 60 * 1024 * 1024
BYTES_PER_PERSON_MAX = 300 * 1024 * 1024
