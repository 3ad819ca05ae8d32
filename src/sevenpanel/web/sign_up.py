"""Signing up opens a customer who accepted the Terms; attempts are counted by address; no unsent mail is told of."""

import logging
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sevenpanel.accounts import commands as accounts
from sevenpanel.accounts.domain import SecurityNews, Way
from sevenpanel.kernel.refusals import Refusal
from sevenpanel.web import known_devices, slowing
from sevenpanel.web.consent import consent_of
from sevenpanel.web.proved import proved_lately
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.sign_up_page import button
from sevenpanel.web.visitor_address import address_of

_SAID_BY_THE_PAGE = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")
_MAIL_SENT = "account/messages/email_confirmation_sent.txt"

# What allauth tells the owner of an account, by the names of its own letters.
_OF_ACCOUNT = {
    **dict.fromkeys(("password_changed", "password_reset", "password_set"), SecurityNews.PASSWORD),
    **dict.fromkeys(("email_changed", "email_confirm", "email_deleted"), SecurityNews.EMAIL),
}
_NEWS = {f"account/email/{name}": news for name, news in _OF_ACCOUNT.items()} | {
    f"mfa/email/{name}": SecurityNews.SECOND_FACTOR
    for name in ("totp_activated", "totp_deactivated", "recovery_codes_generated", "webauthn_added", "webauthn_removed")
}

log = logging.getLogger(__name__)


class UnableToSendMail(Refusal):
    """A mail that the mail server did not take."""

    status = 503


class DeskAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Connects django-allauth with the desk's own customers."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save a person who signed up, a customer of their own, and what they accepted: all of it or nothing."""
        now = cast(DeskRequest, request).received_at
        with transaction.atomic():
            user.date_joined = now
            user.customer_id = accounts.open_customer(
                name=form.cleaned_data["email"], currency=settings.CURRENCY, now=now
            )
            # Mails that nobody's browser asked for speak the language of this page, too.
            user.language = get_language()
            saved = super().save_user(request, user, form, commit=commit)
            consent = consent_of(request, form, way=Way.SIGN_UP, button=button())
            accounts.record_acceptance(user_id=saved.id, consent=consent, now=now)
        return saved

    def post_login(self, request: HttpRequest, user: Any, **told: Any) -> HttpResponse:
        """Go on to the site. Whoever signed up a moment ago has shown who they are as much as by signing in."""
        if told["signup"]:
            record_authentication(request, user, method="password")
        elif not known_devices.is_known(request, user.email):
            _tell(request, user.pk, SecurityNews.SIGN_IN)
        response = cast(HttpResponse, super().post_login(request, user, **told))
        known_devices.remember(request, response, user.email)
        return response

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try before the password is looked at.

        :raises ValidationError: when it came too soon.
        """
        self._stranger = None
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            slowing.too_soon(request, slowing.WAIT_SECONDS)
            raise
        email = credentials.get("email", "")
        if slowing.is_stranger(request, email):
            self._stranger = slowing.try_as_stranger(request, email)
            if self._stranger is None:
                slowing.too_soon(request, slowing.STRANGERS_WAIT_SECONDS)
                raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Find the person with this address and password; a right password is no try."""
        user = super().authenticate(request, **credentials)
        if user is not None and self._stranger is not None:
            self._stranger.rollback()
        return user

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say what happened, except that somebody signed in or out: the page shows that by itself."""
        if message_template == _MAIL_SENT and not settings.HAS_MAIL:
            messages.warning(request, _("This desk sends no mail. Ask the operator."))
        elif message_template not in _SAID_BY_THE_PAGE:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail, or say that it was not sent.

        :raises UnableToSendMail: when the mail server does not answer, or says no.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as fault:  # the base of all that smtplib raises, too; its words may hold addresses
            log.error("A mail was not sent: %s", type(fault).__name__)
            raise UnableToSendMail(_("The mail could not be sent. Try again in a few minutes.")) from fault

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Put down for the owner what was changed; the worker writes it, and tells the address of before as well."""
        _tell(self.request, user.pk, _NEWS[template_prefix], email=email or "")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether to ask who it is again: not of somebody who signed in a moment ago."""
        return not proved_lately(context.request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that attempts are counted by."""
        return address_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By account and address: a flood of wrong passwords from one place locks nobody out elsewhere. A device that is
        # known counts for itself, so that its owner is not locked out by a neighbour behind the same address either.
        is_known = known_devices.is_known(request, credentials.get("email", ""))
        whence = "known device" if is_known else address_of(request)
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{whence}"

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a line in the log, without whose account it was about."""
        log.info("A sign-in was refused to %s.", address_of(request))


def _tell(request: HttpRequest, user_id: int, news: SecurityNews, *, email: str = "") -> None:
    with transaction.atomic():
        accounts.tell_person(
            user_id=user_id,
            news=news,
            address=address_of(request),
            agent=request.headers.get("User-Agent", ""),
            email=email,
            now=cast(DeskRequest, request).received_at,
        )
