"""Signing up opens a customer: the account that orders and pays, with an empty balance."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from sevenpanel.accounts import commands as accounts

_SAID_BY_THE_PAGE = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class DeskAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Connects django-allauth with the desk's own customers."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save a person who signed up, with a customer of their own, both or neither."""
        now = timezone.now()
        with transaction.atomic():
            user.date_joined = now
            user.customer_id = accounts.open_customer(
                name=form.cleaned_data["email"], currency=settings.CURRENCY, now=now
            )
            return super().save_user(request, user, form, commit=commit)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Say what happened, except that somebody signed in or out: the page shows that by itself."""
        if message_template not in _SAID_BY_THE_PAGE:
            super().add_message(request, level, message_template, *args, **kwargs)
