"""Whether somebody showed lately who they are, which is asked before anything that opens the account (S-27)."""

from typing import cast

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from sevenpanel.web.request import DeskRequest


def proved_lately(request: HttpRequest) -> bool:
    """Whether the person of this session signed in, or confirmed it, within the last ten minutes."""
    since = cast(DeskRequest, request).received_at.timestamp() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return any(record["at"] > since for record in get_authentication_records(request, request.user))
