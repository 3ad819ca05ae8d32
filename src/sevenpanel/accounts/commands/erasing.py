"""Taking a person out of an account that is deleted (clause 7.5); the account's number stays for the books.

People keep their number, too, because what stays names them by it; nothing is left that says who it was.
"""

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db.models import CASCADE
from django.db.models.fields.reverse_related import ForeignObjectRel

from sevenpanel.accounts import models
from sevenpanel.kernel import db

NAME = "Deleted account"
_LOCK = "SELECT 1 FROM accounts_customer WHERE id = %s FOR UPDATE"
_CUSTOMER = "UPDATE accounts_customer SET name = %s, is_suspended = true WHERE id = %s"
_PEOPLE = """
UPDATE accounts_user SET email = 'erased-' || id || '@erased.invalid', name = '', password = %s, is_active = false,
       last_login = NULL
 WHERE customer_id = %s
"""
_ALLOWANCES = """
DELETE FROM accounts_keyallowance a USING accounts_apikey k WHERE k.id = a.key_id AND k.customer_id = %s
"""
_UNLINK = """
UPDATE accounts_acceptance SET address = 'erased', agent = '', request_id = 'erased' WHERE customer_id = %s
"""
_BATCH = 1_000


@db.step
def lock_customer(*, customer_id: int) -> None:
    """Let nothing new be written for a customer until the caller commits."""
    db.rows(_LOCK, [customer_id])


@db.step
def erase_people(*, customer_id: int) -> list[int]:
    """Take away the names, addresses, passwords and whatever else hangs on the people of an account; suspend it.

    :returns: the numbers that these people keep.
    """
    for related in models.User._meta.get_fields(include_hidden=True):  # rows that no other room knows of, too
        if isinstance(related, ForeignObjectRel) and related.on_delete is CASCADE:
            hangs_on = {f"{related.field.name}__customer_id": customer_id}
            related.related_model._base_manager.filter(**hangs_on).delete()
    db.rows(_PEOPLE, [make_password(None), customer_id])
    db.rows(_CUSTOMER, [NAME, customer_id])
    return list(models.User.objects.filter(customer_id=customer_id).values_list("id", flat=True))


@db.step
def end_sessions(*, customer_id: int) -> None:
    """Delete every session of an account's people."""
    people = {str(id_) for id_ in models.User.objects.filter(customer_id=customer_id).values_list("id", flat=True)}
    theirs = [
        session.session_key
        for session in Session.objects.iterator(chunk_size=_BATCH)
        if session.get_decoded().get("_auth_user_id") in people
    ]
    Session.objects.filter(session_key__in=theirs).delete()


@db.step
def erase_keys(*, customer_id: int) -> None:
    """Delete an account's API keys: the next request with one is a stranger's."""
    db.rows(_ALLOWANCES, [customer_id])
    models.ApiKey.objects.filter(customer_id=customer_id).delete()


@db.step
def unlink_acceptances(*, customer_id: int) -> None:
    """Take out of acceptances from where they were made; which version, when and with which words stays."""
    db.rows(_UNLINK, [customer_id])
