"""Version 3 put together: its operations, and what becomes of everything that they raise."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from sevenpanel.api.v3.operations import router
from sevenpanel.api.v3.problems import FieldError, Problem, Trouble, write
from sevenpanel.kernel import db

VERSION = "3.0.0"

log = logging.getLogger(__name__)


class _Parser(Parser):
    """Reads a body that says that it is JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        """What was sent.

        :raises Problem: when it says that it is something else.
        """
        if request.content_type != "application/json":
            raise Problem(Trouble.NOT_JSON)
        return super().parse_body(request)


api = NinjaAPI(
    title="7Panel API", version=VERSION, urls_namespace="v3", openapi_url=None, docs_url=None, parser=_Parser()
)
api.add_router("", router)


@api.exception_handler(Problem)
def _told(request: HttpRequest, problem: Problem) -> HttpResponse:
    return write(problem)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    return write(Problem(Trouble.INVALID, errors=[*_field_errors(fault.errors)]))


@api.exception_handler(HttpError)
def _unreadable(request: HttpRequest, fault: HttpError) -> HttpResponse:
    """The one that ninja raises itself: a body that its parser did not take."""
    return write(fault.__cause__ if isinstance(fault.__cause__, Problem) else Problem(Trouble.INCORRECT))


@api.exception_handler(Error)
def _no_answer(request: HttpRequest, fault: Error) -> HttpResponse:
    """A database that is away; anything else that it says is a mistake of ours."""
    if not db.is_away(fault):
        raise fault
    log.error("The database does not answer: %s", fault)
    db.hang_up(fault)
    return write(Problem(Trouble.NOT_KNOWN))


def _field_errors(errors: Iterable[Mapping[str, Any]]) -> Iterable[FieldError]:
    """What is wrong with which field. The place begins with where the field stands, and with the argument's name."""
    for error in errors:
        place = [str(part) for part in error["loc"]]
        named = place[2:] if place[0] == "body" else place[1:]
        yield FieldError(".".join(named), f"{error['msg']}.")
