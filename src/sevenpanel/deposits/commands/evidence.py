"""Files that prove a payment: cleaned, kept under random names, and each standing for one thing only."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from sevenpanel.deposits import models
from sevenpanel.kernel import db
from sevenpanel.kernel.clamd import Clean, Infected, NotScanned, scan
from sevenpanel.kernel.cleaning import CleanFile, clean
from sevenpanel.kernel.files import UnableToTakeFile
from sevenpanel.kernel.media import path_of, written
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import Count, say

FILES_MAX = 5
FILES_PER_PERSON_A_DAY_MAX = 50
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('deposits.evidence', 0))"
_TODAY = (
    "SELECT count(*) FROM deposits_evidence WHERE uploaded_by = %s AND added_at > %s::timestamptz - interval '1 day'"
)


class UnableToTakeEvidence(Refusal):
    """A file that stands for another payment already.

    :ivar proposal_id: that payment's proposal, if it has one.
    """

    def __init__(self, sentence: str, *, proposal_id: int | None = None) -> None:
        super().__init__(sentence)
        self.proposal_id = proposal_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as somebody sent it."""

    name: str
    data: bytes


@contextmanager
def stored(uploads: Sequence[Upload]) -> Iterator[list[tuple[str, CleanFile]]]:
    """Write cleaned files to the disk before the transaction; they are gone again when it fails.

    :raises UnableToTakeFile: for the first file that is not taken; then none is kept.
    """
    if len(uploads) > FILES_MAX:
        raise UnableToTakeFile(say("At most %(n)s files prove one payment.", n=Count(FILES_MAX)))
    with written([clean(each.name, each.data) for each in uploads]) as files:
        yield files


@db.step
def keep(
    files: Sequence[tuple[str, CleanFile]],
    *,
    proposal: models.Proposal | None = None,
    intent: models.Intent | None = None,
    person_id: int,
    now: datetime,
) -> None:
    """Note files as the evidence of a proposal or of a customer's announcement.

    :raises UnableToTakeEvidence: when a file stands for another payment.
    :raises UnableToTakeFile: when this person sent more than anybody needs to.
    """
    if not files:
        return
    db.rows(_LOCK)
    ((today,),) = db.rows(_TODAY, (person_id, now))
    if today + len(files) > FILES_PER_PERSON_A_DAY_MAX:
        raise UnableToTakeFile(say("You have sent as many files as the desk takes in a day. Go on tomorrow."))
    for _name, file in files:
        _refuse_second(file)
    models.Evidence.objects.bulk_create(
        models.Evidence(
            proposal=proposal,
            intent=intent,
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


def _refuse_second(file: CleanFile) -> None:
    first = models.Evidence.objects.filter(sha256=file.sha256, is_live=True).first()
    if first is None:
        return
    of = (
        say("proposal %(proposal)s", proposal=first.proposal_id)
        if first.proposal_id
        else say("a payment that a customer announced")
    )
    sentence = say(
        "The file %(file)s is the evidence of %(what)s already. One piece of evidence credits one payment.",
        file=file.name, what=of,
    )  # fmt: skip
    raise UnableToTakeEvidence(sentence, proposal_id=first.proposal_id)


@db.step
def let_go(proposal: models.Proposal) -> None:
    """A proposal that came to nothing gives its evidence free: it may be proposed again, with the same slip."""
    models.Evidence.objects.filter(proposal=proposal).update(is_live=False)


class UnableToShowEvidence(Refusal):
    """A file that is not shown."""


def opened(*, stored_as: str) -> bytes:
    """The bytes of a file of evidence; where there is a virus scanner, it looks first (S-9).

    :raises UnableToShowEvidence: when the scanner found something or could not look, or the file was erased.
    """
    path = path_of(stored_as)
    if not path.exists():
        raise UnableToShowEvidence("This file went with the account of the customer, who asked to be erased.")
    data = path.read_bytes()
    answer = scan(settings.CLAMD, data) if settings.CLAMD else Clean()
    if isinstance(answer, Infected):
        raise UnableToShowEvidence(f"The virus scanner found {answer.name} in this file. It is not shown.")
    if isinstance(answer, NotScanned):
        raise UnableToShowEvidence("The virus scanner could not look at this file. Try again in a minute.")
    return data
