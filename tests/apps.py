"""An authenticator app for tests: shows the code of an instant, as a telephone does."""

import base64
import hmac
import struct
from datetime import datetime
from hashlib import sha1

from allauth.mfa.models import Authenticator

from sevenpanel.accounts.commands.second_factor import SEALED_FOR, STEP_SECONDS
from sevenpanel.kernel.sealing import seal

SECRET = base64.b32encode(b"a key for tests only").decode()


def code_at(moment: datetime, *, secret: str = SECRET) -> str:
    """The six digits that the app shows at this moment."""
    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", int(moment.timestamp()) // STEP_SECONDS), sha1
    ).digest()
    (number,) = struct.unpack_from(">I", digest, digest[-1] & 0x0F)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def give_app(user_id: int) -> None:
    """Let this person have the app already."""
    data = {"secret": seal(SECRET, purpose=SEALED_FOR)}
    Authenticator.objects.create(user_id=user_id, type=Authenticator.Type.TOTP, data=data)
