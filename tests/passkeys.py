"""A passkey as a device made it: what the site keeps of one, for pages that show it or ask for it."""

from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import webauthn
from fido2.cose import ES256


def give_passkey(user_id: int, *, name: str) -> int:
    """Let somebody have a passkey; its id. Nobody keeps its private half, so that nothing can be signed with it."""
    key = {"name": name, "credential": _credential(name.encode())}
    return int(Authenticator.objects.create(user_id=user_id, type=Authenticator.Type.WEBAUTHN, data=key).pk)


def _credential(key_id: bytes) -> dict[str, Any]:
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = webauthn.AttestedCredentialData.create(bytes(16), key_id, public)
    flags = webauthn.AuthenticatorData.FLAG
    data = webauthn.AuthenticatorData.create(bytes(32), flags.UP | flags.UV | flags.AT, 0, made)
    said = webauthn.AuthenticatorAttestationResponse(
        client_data=webauthn.CollectedClientData.create("webauthn.create", bytes(32), "https://7panel.test"),
        attestation_object=webauthn.AttestationObject.create("none", data, {}),
    )
    return dict(webauthn.RegistrationResponse(raw_id=key_id, response=said))
