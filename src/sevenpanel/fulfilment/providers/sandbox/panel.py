"""The sandbox as a panel: the actions of the reseller API v2 over the store, with the stock error words.

Answers are values; how a value becomes bytes, or fails to, is the server's part.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sevenpanel.fulfilment.providers.sandbox import fate
from sevenpanel.fulfilment.providers.sandbox.catalogue import CURRENCY, Listing, Type, catalogue
from sevenpanel.fulfilment.providers.sandbox.personality import Personality
from sevenpanel.fulfilment.providers.sandbox.store import NewOrder, Store, Taken

IDS_PER_CALL_MAX = 100
REQUEST_ID_MAX = 128
WHOLE = 0
"""As a service number: the whole account."""

INCORRECT_REQUEST = "Incorrect request"
INCORRECT_ORDER = "Incorrect order ID"
DUPLICATE = "You have active order with this link. Please wait until order being completed."

_LINK = re.compile(r"[^\s\x00-\x1f]{3,2000}")
_NUMBER = re.compile(r"[0-9]{1,9}")

Fields = Mapping[str, str]


class Mishap(StrEnum):
    """Ways of not answering."""

    WEB_PAGE = "web_page"
    STUMBLE = "stumble"
    BREAK_OFF = "break_off"
    SILENCE = "silence"


Reply = object | Mishap
"""A JSON value, or a way of not answering."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault
    """What the panel answers under `error`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One account at the sandbox.

    :param pace: percent of the normal durations for orders taken from now on.
    """

    store: Store
    key: str
    seed: int
    pace: int = 100

    def answer(self, fields: Fields, now: datetime) -> Reply:
        """This function answers one call.

        :param fields: key, action and its parameters.
        """
        mishap = _ON_EVERY_CALL.get(self.store.personality(WHOLE) or Personality.NORMAL)
        if mishap is not None:
            return mishap
        try:
            self.check_key(fields)
            if self.store.personality(WHOLE) is Personality.REFUSES:
                raise Refusal("user_inactive")
            action = _ACTIONS.get(fields.get("action", ""))
            if action is None:
                raise Refusal(INCORRECT_REQUEST)
            return action(self, fields, now)
        except Refusal as refusal:
            return {"error": str(refusal)}

    def services(self, fields: Fields, now: datetime) -> Reply:
        """The catalogue, in the stock contract's form."""
        return [_service(listing) for listing in catalogue().values()]

    def add(self, fields: Fields, now: datetime) -> Reply:
        """Take an order, or refuse it, or whatever the service's personality makes of it."""
        listing = _listing(fields)
        personality = self.store.personality(listing.id) or listing.personality
        if personality in _BEFORE_TAKING:
            return _BEFORE_TAKING[personality]
        if personality is Personality.REFUSES:
            raise Refusal("Disabled service ID")
        new = self._new_order(fields, listing, personality)
        account = self.store.account(now)
        repeated = self.store.by_request(new.request_id) if new.request_id and account.idempotency else None
        if repeated is not None:
            return _replayed(repeated, new)
        if account.refuse_duplicates or personality is Personality.REFUSES_DUPLICATES:
            self._refuse_duplicate(new, now)
        if account.balance_micros < new.charge_micros:
            raise Refusal("Not enough funds on balance")
        return self._taken(new, now)

    def status(self, fields: Fields, now: datetime) -> Reply:
        """The state of one order under `order`, or of up to a hundred under `orders`."""
        if "orders" not in fields:
            return self._status(fields.get("order", ""), now)
        rows: dict[str, object] = {}
        for name in _names(fields["orders"]):
            try:
                rows[name] = self._status(name, now)
            except Refusal as refusal:
                rows[name] = {"error": str(refusal)}
        return rows

    def cancel(self, fields: Fields, now: datetime) -> Reply:
        """Ask to stop orders; 1 means that the request was accepted, no more."""
        if "orders" not in fields:
            raise Refusal(INCORRECT_REQUEST)
        return [
            {"order": int(name) if _NUMBER.fullmatch(name) else name, "cancel": self._cancel(name, now)}
            for name in _names(fields["orders"])
        ]

    def refill(self, fields: Fields, now: datetime) -> Reply:
        """Refuse: nothing in this catalogue can be refilled."""
        self._order(fields.get("order", ""))
        raise Refusal("Refill is disabled for this service")

    def refill_status(self, fields: Fields, now: datetime) -> Reply:
        """Refuse: there are no refills."""
        raise Refusal("Refill not found")

    def balance(self, fields: Fields, now: datetime) -> Reply:
        """What is left on the account."""
        return {"balance": money(self.store.account(now).balance_micros), "currency": CURRENCY}

    def check_key(self, fields: Fields) -> None:
        """Refuse a wrong key.

        :raises Refusal: in the stock words.
        """
        if fields.get("key") != self.key:
            raise Refusal("Invalid API key")

    def _new_order(self, fields: Fields, listing: Listing, personality: Personality) -> NewOrder:
        link = fields.get("link", "").strip()
        if _LINK.fullmatch(link) is None:
            raise Refusal("Bad link")
        comments = _lines(fields.get("comments", "")) if listing.type is Type.CUSTOM_COMMENTS else []
        quantity = _quantity(fields, listing, len(comments))
        request_id = fields.get("request_id", "").strip() or None
        if request_id is not None and len(request_id) > REQUEST_ID_MAX:
            raise Refusal(INCORRECT_REQUEST)
        return NewOrder(
            service=listing.id,
            link=link,
            quantity=quantity,
            comments="\n".join(comments),
            request_id=request_id,
            charge_micros=listing.charge_micros(quantity),
            seed=self.seed,
            pace=self.pace,
            personality=personality,
        )

    def _refuse_duplicate(self, new: NewOrder, now: datetime) -> None:
        if self.store.open_for(new.service, new.link, now) is not None:
            raise Refusal(DUPLICATE)

    def _taken(self, new: NewOrder, now: datetime) -> Reply:
        number = self.store.take(new, now)
        if new.personality in _AFTER_TAKING:
            return _AFTER_TAKING[new.personality]
        earlier = self.store.before(number) if new.personality is Personality.DUPLICATES else None
        return {"order": number if earlier is None else earlier.id}

    def _order(self, name: str) -> Taken:
        taken = self.store.order(int(name)) if _NUMBER.fullmatch(name) else None
        if taken is None:
            raise Refusal(INCORRECT_ORDER)
        return taken

    def _status(self, name: str, now: datetime) -> dict[str, str | None]:
        taken = self._order(name)
        state = fate.standing(taken.placed, now)
        returned = fate.given_back(taken.charge_micros, taken.placed, state) if state.final else 0
        lost = fate.lost(taken.placed, catalogue()[taken.service].drop_percent, now)
        return {
            "charge": money(taken.charge_micros - returned),
            "start_count": None if state.start_count is None else str(state.start_count),
            "status": state.status,
            "remains": str(state.remains + lost),
            "currency": CURRENCY,
        }

    def _cancel(self, name: str, now: datetime) -> object:
        try:
            taken = self._order(name)
        except Refusal as refusal:
            return {"error": str(refusal)}
        if not catalogue()[taken.service].cancel or not self.store.cancel(taken.id, now):
            return {"error": "Order cannot be canceled"}
        return 1


_ACTIONS: Mapping[str, Callable[[Panel, Fields, datetime], Reply]] = {
    "services": Panel.services,
    "add": Panel.add,
    "status": Panel.status,
    "cancel": Panel.cancel,
    "refill": Panel.refill,
    "refill_status": Panel.refill_status,
    "balance": Panel.balance,
}
_BEFORE_TAKING = {Personality.HTML: Mishap.WEB_PAGE, Personality.HANGS: Mishap.SILENCE}
_AFTER_TAKING = {Personality.LOSES_ANSWERS: Mishap.BREAK_OFF, Personality.SERVER_ERROR: Mishap.STUMBLE}
_ON_EVERY_CALL = {**_BEFORE_TAKING, Personality.SERVER_ERROR: Mishap.STUMBLE}


def money(micros: int) -> str:
    """Millionths as the API writes amounts: "0.27819", without zeros that say nothing."""
    whole, rest = divmod(abs(micros), 1_000_000)
    decimals = f"{rest:06d}".rstrip("0")
    text = f"{whole}.{decimals}" if decimals else str(whole)
    return f"-{text}" if micros < 0 else text


def _listing(fields: Fields) -> Listing:
    name = fields.get("service", "")
    listing = catalogue().get(int(name)) if _NUMBER.fullmatch(name) else None
    if listing is None:
        raise Refusal("Incorrect service ID")
    return listing


def _quantity(fields: Fields, listing: Listing, lines: int) -> int:
    if listing.type is Type.PACKAGE:
        return 1
    said = str(lines) if listing.type is Type.CUSTOM_COMMENTS else fields.get("quantity", "").strip()
    if _NUMBER.fullmatch(said) is None:
        raise Refusal(INCORRECT_REQUEST)
    if int(said) < listing.min:
        raise Refusal(f"Quantity less than minimal {listing.min}")
    if int(said) > listing.max:
        raise Refusal(f"Quantity more than maximum {listing.max}")
    return int(said)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _names(text: str) -> list[str]:
    # The panels that can be read keep the first hundred without a word.
    names = dict.fromkeys(name.strip() for name in text.split(",") if name.strip())
    return list(names)[:IDS_PER_CALL_MAX]


def _replayed(repeated: Taken, new: NewOrder) -> Reply:
    if not repeated.is_repeated_by(new):
        raise Refusal("This request_id was used with other parameters")
    return {"order": repeated.id}


def _service(listing: Listing) -> dict[str, object]:
    return {
        "service": listing.id,
        "name": listing.name,
        "type": listing.type.value,
        "category": listing.category,
        "rate": money(listing.rate_micros),
        "min": str(listing.min),
        "max": str(listing.max),
        "refill": listing.refill,
        "cancel": listing.cancel,
        "dripfeed": False,
        "description": listing.description,
    }


def as_json(value: object) -> bytes:
    """A reply as the bytes that a stock panel sends."""
    return json.dumps(value, separators=(",", ":")).encode()
