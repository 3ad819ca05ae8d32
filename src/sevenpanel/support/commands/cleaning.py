"""Files of tickets made harmless, each with the document that it is."""

from dataclasses import dataclass

from sevenpanel.kernel import cleaning
from sevenpanel.support.domain import Upload
from sevenpanel.terms import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanFile(cleaning.CleanFile):
    """A file that can be kept and handed out, and which document it is, if any."""

    document: Document | None


def clean(upload: Upload) -> CleanFile:
    """Check a file and make it harmless.

    :raises UnableToTakeFile: when it is not taken, with the sentence why.
    """
    file = cleaning.clean(upload.name, upload.data)
    return CleanFile(name=file.name, kind=file.kind, data=file.data, sha256=file.sha256, document=upload.document)
