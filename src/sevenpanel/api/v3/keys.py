"""The key of a request: whose it is, and whether it may go on, by the same rules as in version 2."""

import math
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from sevenpanel.accounts import queries as accounts
from sevenpanel.accounts.domain import Permission, is_well_formed, key_hash, kind_of
from sevenpanel.api import wording
from sevenpanel.api.actions import Caller
from sevenpanel.api.admission import Admission, Obstacle, admissions, obstacle_of
from sevenpanel.api.v3.problems import Problem
from sevenpanel.api.v3.request import Asked
from sevenpanel.kernel import db
from sevenpanel.kernel.visitors import visitor_address

_ADMIT = accounts.ADMIT.format("%s")


class Key(HttpBearer):
    """Lets in whoever sends a key that may do what is needed."""

    def __init__(self, needed: Permission) -> None:
        super().__init__()
        self.needed = needed

    def __call__(self, request: HttpRequest) -> Caller:
        """Find out who asks.

        :raises Problem: when they may not.
        """
        found: Any = super().__call__(request)
        if found is None:
            raise Problem(Obstacle.NO_KEY)
        return cast(Caller, found)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """Whose key this is, and one request drawn from its allowance."""
        if not is_well_formed(token):
            raise Problem(Obstacle.NO_KEY)
        now, address = cast(Asked, request).received_at, address_of(request)
        (admission,) = admissions(db.named_rows(_ADMIT, [[key_hash(token)]]), now)
        obstacle = obstacle_of(admission, needed=self.needed, address=address)
        if obstacle is not None:
            raise _problem(obstacle, admission, self.needed, address)
        assert admission.customer_id is not None
        return Caller(customer_id=admission.customer_id, capped_key_id=admission.capped_key_id, kind=kind_of(token))


def address_of(request: HttpRequest) -> str:
    """From which address a request comes, as far as proxies are trusted."""
    return visitor_address(
        forwarded=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        remote=request.META.get("REMOTE_ADDR") or "",
        proxies=settings.TRUSTED_PROXIES,
    )


def _problem(obstacle: Obstacle, admission: Admission, needed: Permission, address: str) -> Problem:
    match obstacle:
        case Obstacle.TOO_FAST:
            return Problem(obstacle, headers={"Retry-After": str(max(1, math.ceil(admission.retry_after)))})
        case Obstacle.TERMS:
            return Problem(obstacle, wording.not_accepted(admission.access))
        case Obstacle.ELSEWHERE:
            return Problem(obstacle, wording.ELSEWHERE.format(address=address))
        case Obstacle.NOT_PERMITTED:
            return Problem(obstacle, wording.NOT_PERMITTED[needed])
        case Obstacle.NO_KEY:
            return Problem(obstacle)
