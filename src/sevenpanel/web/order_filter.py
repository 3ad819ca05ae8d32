"""What the address of the list of orders asks for: the same for the screen, its refreshed part and the file."""

from dataclasses import dataclass
from urllib.parse import urlencode

from sevenpanel.orders.queries import Wanted
from sevenpanel.web.converters import read_id
from sevenpanel.web.numbers import latin_digits
from sevenpanel.web.order_rows import STATUS_OF_SLUG
from sevenpanel.web.request import DeskRequest

SEARCH_LENGTH_MAX = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What the address asks for; what makes no sense in it asks for nothing."""

    status: str
    search: str
    before: int | None

    @property
    def is_narrow(self) -> bool:
        """Whether some orders are left out."""
        return bool(self.status or self.search)

    def query(self, **changes: object) -> str:
        """The query string of this filter with some changes."""
        wanted = {"status": self.status, "q": self.search, "before": self.before, **changes}
        return urlencode({name: value for name, value in wanted.items() if value})

    def wanted_of(self, customer_id: int) -> Wanted:
        """The same as a question to the orders of a customer."""
        return Wanted(
            customer_id=customer_id,
            status=STATUS_OF_SLUG.get(self.status),
            text=self.search,
            before_id=self.before,
        )


def asked_by(request: DeskRequest) -> Filter:
    """Read the address."""
    status = request.GET.get("status", "")
    return Filter(
        status=status if status in STATUS_OF_SLUG else "",
        search=latin_digits(request.GET.get("q", "").replace("\0", "").strip())[:SEARCH_LENGTH_MAX],
        before=read_id(request.GET.get("before")),
    )
