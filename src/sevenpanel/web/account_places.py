"""What one can see to about one's own account: one list, so that a new page needs one line."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPlace:
    """A page about the account.

    :param name: of its address.
    :param for_staff: whether people of the desk, who act for no customer, have it too.
    """

    name: str
    title: str | Promise
    about: str | Promise
    for_staff: bool = True

    @property
    def url(self) -> str:
        """Where it is."""
        return reverse(self.name)


ACCOUNT_PLACES = (
    AccountPlace(
        name="web:profile",
        title=_("Profile"),
        about=_("Your name, your language, your calendar and your time zone."),
    ),
    AccountPlace(
        name="account_email",
        title=_("E-mail addresses"),
        about=_("Where the desk writes to you, and what you sign in with."),
    ),
    AccountPlace(name="account_change_password", title=_("Password"), about=_("Change it; you stay signed in here.")),
    AccountPlace(
        name="mfa_index",
        title=_("Two-factor sign-in"),
        about=_("An app, passkeys and recovery codes, so that a stolen password opens nothing."),
    ),
    AccountPlace(
        name="web:sessions",
        title=_("Sessions"),
        about=_("Where you are signed in, and signing out elsewhere."),
    ),
    AccountPlace(
        name="web:notifications",
        title=_("Notifications"),
        about=_("Which letters you get, at once or once a day, and which not."),
    ),
    AccountPlace(
        name="web:spending",
        title=_("Spending"),
        about=_("What your orders cost, by month and by service."),
        for_staff=False,
    ),
    AccountPlace(
        name="web:keys",
        title=_("API keys"),
        about=_("What programs order with, and what each of them may do."),
        for_staff=False,
    ),
    AccountPlace(
        name="web:data", title=_("Your data"), about=_("Take everything with you that is kept about you, in one file.")
    ),
    AccountPlace(
        name="web:leave",
        title=_("Delete your account"),
        about=_("What has to end first, what goes and what stays, and why."),
        for_staff=False,
    ),
)
