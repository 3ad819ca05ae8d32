"""Proving once more who sits there, before something that moves money: the password, and not too many guesses."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sevenpanel.kernel.refusals import Refusal

TRIES_MAX = 5
WITHIN_SECONDS = 15 * 60


class UnableToProve(Refusal):
    """A password that is not this person's."""

    status = 403


def prove(request: HttpRequest) -> None:
    """Compare the password that came with the form.

    :raises UnableToProve: when it is another one, or too many were wrong.
    """
    assert request.user.is_authenticated
    key = f"desk.prove/{request.user.pk}"
    cache.add(key, 0, WITHIN_SECONDS)
    if cache.incr(key) > TRIES_MAX:
        raise UnableToProve(_("Too many wrong passwords. Wait a quarter of an hour, then try again."))
    if not request.user.check_password(request.POST.get("password", "")):
        raise UnableToProve(_("That is not your password. Nothing was decided."))
    cache.delete(key)
