"""Accepting the Terms and the privacy policy: who, which text, when, where, how; kept for ever (clauses 0.1, 0.2)."""

from datetime import datetime

from sevenpanel.accounts import models
from sevenpanel.accounts.domain import Consent, Shown
from sevenpanel.accounts.queries.acceptance import shelf
from sevenpanel.kernel import db
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.kernel.said import say
from sevenpanel.terms import Acceptance, missing_evidence
from sevenpanel.terms.documents import DocumentName, Edition, asked_for
from sevenpanel.terms.sentences import instant


class UnableToAccept(Refusal):
    """An acceptance that would not be one of the texts in force."""

    status = 422


@db.command
def accept(*, user_id: int, consent: Consent, now: datetime) -> None:
    """Accept what is in force, on behalf of the customer that this person acts for. Again, it changes nothing.

    :raises UnableToAccept: see `record_acceptance`.
    """
    record_acceptance(user_id=user_id, consent=consent, now=now)


@db.step
def record_acceptance(*, user_id: int, consent: Consent, now: datetime) -> None:
    """Write down that a person accepted each document, within the caller's transaction.

    A text is kept word by word when it is accepted first. A person accepts a text once; what was written down then
    stays, whatever another tab sends.

    :raises UnableToAccept: when another version came into force meanwhile, evidence is missing, or the text of a
        version is another one than others accepted under its name.
    """
    for document in DocumentName:
        edition = asked_for(shelf(), document, now)
        acceptance = _acceptance(user_id, edition, consent, now)
        _refuse_incomplete(acceptance, edition)
        _write(acceptance, consent, _text_id(edition, now))


def _acceptance(user_id: int, edition: Edition, consent: Consent, now: datetime) -> Acceptance:
    shown = consent.shown.get(edition.document, Shown(version="", language="", sha256=""))
    return Acceptance(
        user_id=user_id,
        document=edition.document,
        version=shown.version,
        text_sha256=shown.sha256,
        language=shown.language,
        accepted_at=now,
        statements=consent.statements,
        button_words=consent.button_words,
        address=consent.address,
        agent=consent.agent,
        request_id=consent.request_id,
        was_ticked_before=consent.was_ticked_before,
    )


def _refuse_incomplete(acceptance: Acceptance, edition: Edition) -> None:
    missing = missing_evidence(acceptance, edition)
    if not missing:
        return
    if (acceptance.version, acceptance.text_sha256) != (edition.version, edition.sha256):
        began = {"version": edition.version, "title": edition.title, "when": instant(edition.effective_at)}
        raise UnableToAccept(
            say(
                "Version %(version)s of the %(title)s is in force since %(when)s, and is not what you were shown. "
                "Read it, tick the box and send this again.",
                **began,
            )
        )
    raise UnableToAccept(say("This is no acceptance: %(why)s. Load the page again.", why=", ".join(missing)))


def _text_id(edition: Edition, now: datetime) -> int:
    """The text as it was first accepted.

    :raises UnableToAccept: when its file was edited since.
    """
    name = {"document": edition.document.value, "version": edition.version, "language": edition.language}
    text = models.AcceptedText(**name, sha256=edition.sha256, text=edition.text, first_accepted_at=now)
    models.AcceptedText.objects.bulk_create([text], ignore_conflicts=True)
    kept = models.AcceptedText.objects.only("id", "sha256").get(**name)
    if kept.sha256 != edition.sha256:
        raise UnableToAccept(
            say(
                "The text of version %(version)s of the %(title)s was changed after others had accepted it. "
                "Tell the operator: a change has to be a new version.",
                version=edition.version,
                title=edition.title,
            )
        )
    return kept.id


def _write(acceptance: Acceptance, consent: Consent, text_id: int) -> None:
    customer_id = models.User.objects.values_list("customer_id", flat=True).get(id=acceptance.user_id)
    row = models.Acceptance(
        user_id=acceptance.user_id,
        customer_id=customer_id,
        text_id=text_id,
        way=consent.way.value,
        statements=list(acceptance.statements),
        button_words=acceptance.button_words,
        address=acceptance.address,
        agent=acceptance.agent,
        request_id=acceptance.request_id,
        accepted_at=acceptance.accepted_at,
    )
    models.Acceptance.objects.bulk_create([row], ignore_conflicts=True)
