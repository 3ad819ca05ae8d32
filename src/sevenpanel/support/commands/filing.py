"""Keeping files: under random names in a folder that no web server serves, counted against quotas."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sevenpanel.kernel import db
from sevenpanel.kernel.media import media_folder, path_of, written
from sevenpanel.kernel.said import Count, say
from sevenpanel.support import models
from sevenpanel.support.commands.cleaning import CleanFile, clean
from sevenpanel.support.domain import Upload
from sevenpanel.support.domain.files import (
    BYTES_PER_PERSON_MAX,
    BYTES_PER_TICKET_MAX,
    FILES_PER_MESSAGE_MAX,
    FILES_PER_TICKET_MAX,
    UnableToTakeFile,
)
from sevenpanel.terms import Document

__all__ = ["UnableToTakeUpload", "attach", "media_folder", "path_of", "stored"]

_OF_TICKET = "SELECT count(*), coalesce(sum(size), 0) FROM support_attachment WHERE ticket_id = %s"
_OF_PERSON = "SELECT coalesce(sum(size), 0) FROM support_attachment WHERE uploaded_by = %s"
# One person's uploads are counted one after the other, in whichever tickets they are.
_LOCK_PERSON = "SELECT pg_advisory_xact_lock(hashtextextended('support.files/' || %s::bigint, 0))"


class UnableToTakeUpload(UnableToTakeFile):
    """One of the files is not taken.

    :ivar document: what it was sent as; None for a file that was sent as no document.
    """

    def __init__(self, sentence: str, *, document: Document | None) -> None:
        super().__init__(sentence)
        self.document = document


@contextmanager
def stored(uploads: Sequence[Upload]) -> Iterator[list[tuple[str, CleanFile]]]:
    """Write cleaned files to the disk before the transaction; they are gone again when it fails.

    :raises UnableToTakeUpload: for the first file that is not taken; then none is kept.
    :raises UnableToTakeFile: for more of them than a message takes.
    """
    if len(uploads) > FILES_PER_MESSAGE_MAX:
        raise UnableToTakeFile(say("A message takes at most %(n)s files.", n=Count(FILES_PER_MESSAGE_MAX)))
    with written([_cleaned(upload) for upload in uploads]) as files:
        yield files


def _cleaned(upload: Upload) -> CleanFile:
    try:
        return clean(upload)
    except UnableToTakeFile as refusal:
        raise UnableToTakeUpload(refusal.sentence, document=upload.document) from refusal


@db.step
def attach(*, message: models.Message, person_id: int, files: Sequence[tuple[str, CleanFile]], now: datetime) -> None:
    """Note files as a message's. The caller holds the ticket's lock.

    :raises UnableToTakeFile: when the ticket's or the person's quota is used up.
    """
    if not files:
        return
    _check_quota(message.ticket_id, person_id, files)
    models.Attachment.objects.bulk_create(
        models.Attachment(
            ticket_id=message.ticket_id,
            message=message,
            document=file.document,
            name=file.name,
            kind=file.kind,
            size=len(file.data),
            sha256=file.sha256,
            stored_as=name,
            uploaded_by=person_id,
            added_at=now,
        )
        for name, file in files
    )


def _check_quota(ticket_id: int, person_id: int, files: Sequence[tuple[str, CleanFile]]) -> None:
    db.rows(_LOCK_PERSON, (person_id,))
    size = sum(len(file.data) for _, file in files)
    count, of_ticket = db.rows(_OF_TICKET, (ticket_id,))[0]
    ((of_person,),) = db.rows(_OF_PERSON, (person_id,))
    if count + len(files) > FILES_PER_TICKET_MAX or of_ticket + size > BYTES_PER_TICKET_MAX:
        raise UnableToTakeFile(say("This ticket holds as many files as it can. Open another one for more."))
    if of_person + size > BYTES_PER_PERSON_MAX:
        raise UnableToTakeFile(say("You have sent as many files as the desk keeps for one person."))
