"""Notes where each session was seen, at most once in five minutes and process, after the answer is made."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import cast

from django.db import Error
from django.http import HttpRequest, HttpResponse

from sevenpanel.accounts import commands
from sevenpanel.kernel import db
from sevenpanel.web.request import DeskRequest
from sevenpanel.web.visitor_address import address_of

EVERY = timedelta(minutes=5)
REMEMBERED_MAX = 10_000

Handler = Callable[[HttpRequest], HttpResponse]
Trace = tuple[str, int, str]


class SessionTrace:
    """Remembers which sessions were noted lately, so that an ordinary request costs no question."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self._noted: OrderedDict[Trace, datetime] = OrderedDict()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only where something has asked who it is: what concerns nobody's account goes without a database.
        if response.status_code < 500 and hasattr(request, "_cached_user") and request.user.is_authenticated:
            self._note(cast(DeskRequest, request), request.user.id)
        return response

    def _note(self, request: DeskRequest, user_id: int) -> None:
        key, address = request.session.session_key, address_of(request)
        trace = (key or "", user_id, address)
        noted = self._noted.get(trace)
        if not key or (noted is not None and request.received_at - noted < EVERY):
            return
        agent = request.headers.get("User-Agent", "")
        try:
            is_kept = commands.note_session(
                user_id=user_id, session_key=key, address=address, agent=agent, now=request.received_at
            )
        except Error as fault:
            # A database that takes no writes now is no reason to keep an answer back that needed none.
            if not db.is_away(fault):
                raise
            return
        if is_kept:
            self._remember(trace, request.received_at)

    def _remember(self, trace: Trace, now: datetime) -> None:
        self._noted[trace] = now
        while len(self._noted) > REMEMBERED_MAX:
            self._noted.popitem(last=False)
