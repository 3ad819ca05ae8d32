"""The order form of a running site, filled in and sent by hand."""

import httpx
from django.conf import settings
from tests.journeys.web.visitor import Visitor, fields
from tests.served import Served
from tests.shop import Person
from tests.waiting import until


class Form:
    """The order form of somebody who is signed in, filled in and not sent yet."""

    def __init__(self, served: Served, person: Person, service: int, link: str) -> None:
        visitor, self._address = Visitor(person), f"{served.site}/orders/new/"
        session = {settings.SESSION_COOKIE_NAME: visitor.client.cookies[settings.SESSION_COOKIE_NAME].value}
        pages: list[httpx.Response] = []

        def is_there() -> bool:
            answer = httpx.get(f"{self._address}?service={service}", cookies=session, timeout=60, trust_env=False)
            pages.append(answer)
            return answer.status_code == 200

        until(is_there)
        page = pages[-1]
        self._fields = {**fields(page, "post /orders/new/"), "link": link, "quantity": "1000"}
        self._cookies = session | dict(page.cookies)

    def send(self) -> httpx.Response:
        """Send it, which may be done again: it is the same request each time."""
        return httpx.post(self._address, data=self._fields, cookies=self._cookies, timeout=60, trust_env=False)
