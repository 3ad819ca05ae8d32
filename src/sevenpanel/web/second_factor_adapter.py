"""What django-allauth's second factors take from this desk: secrets sealed at rest, and codes drawn here."""

import io
from typing import Any

import segno
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext as _

from sevenpanel.accounts.commands.second_factor import SEALED_FOR
from sevenpanel.kernel.sealing import seal, unseal

ISSUER = "7Panel"


class DeskMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Connects django-allauth's second factors with the desk."""

    def encrypt(self, text: str) -> str:
        """Seal the key that is shared with an app: a copy of the database opens nothing."""
        return seal(text, purpose=SEALED_FOR)

    def decrypt(self, encrypted_text: str) -> str:
        """The key again."""
        return unseal(encrypted_text, purpose=SEALED_FOR)

    def get_totp_issuer(self) -> str:
        """Under which name an app lists the account: the host, because one person may have accounts at many desks."""
        return f"{ISSUER} {context.request.get_host()}"

    def build_totp_svg(self, url: str) -> str:
        """The picture that a telephone reads: dark on light, whatever the page looks like."""
        drawn = io.BytesIO()
        segno.make(url, micro=False, error="m").save(
            drawn,
            kind="svg",
            scale=6,
            border=4,
            dark="#000",
            light="#fff",
            xmldecl=False,
            svgclass=None,
            lineclass=None,
        )
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's own name
        """How a passkey is called for which nobody typed a name."""
        return _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """For whom passkeys are made: one of the names under which the desk answers, and no other."""
        return {**super().get_public_key_credential_rp_entity(), "name": ISSUER}
