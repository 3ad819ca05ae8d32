"""What a rehearsal may do behind the provider's counter: throw switches, and see what was really taken."""

import re
from datetime import datetime

from sevenpanel.fulfilment.providers.sandbox import fate
from sevenpanel.fulfilment.providers.sandbox.catalogue import catalogue
from sevenpanel.fulfilment.providers.sandbox.panel import WHOLE, Fields, Panel, Refusal, Reply, money
from sevenpanel.fulfilment.providers.sandbox.personality import WHOLE_ACCOUNT, Personality
from sevenpanel.fulfilment.providers.sandbox.store import Account, Store, Taken

_PERSONALITIES = {personality.value: personality for personality in Personality}
_NUMBER = re.compile(r"[0-9]{1,18}")


def control(panel: Panel, fields: Fields, now: datetime) -> Reply:
    """This function throws switches: a service's personality, the account's balance and habits.

    :param fields: key; service and personality together; balance_micros, idempotency, refuse_duplicates.
    :returns: all switches as they stand afterwards.
    """
    try:
        panel.check_key(fields)
        if "service" in fields or "personality" in fields:
            _switch(panel.store, fields)
        panel.store.configure(_configured(fields, panel.store.account(now)))
    except Refusal as refusal:
        return {"error": str(refusal)}
    return _switches(panel.store, now)


def accepted(panel: Panel, fields: Fields, now: datetime) -> Reply:
    """This function lists every order that was really taken, whatever was answered."""
    try:
        panel.check_key(fields)
    except Refusal as refusal:
        return {"error": str(refusal)}
    return [_record(taken, now) for taken in panel.store.orders()]


def _switch(store: Store, fields: Fields) -> None:
    service, name = fields.get("service", ""), fields.get("personality", "")
    number = int(service) if _NUMBER.fullmatch(service) else -1
    if number not in catalogue() and number != WHOLE:
        raise Refusal("Incorrect service ID")
    personality = _PERSONALITIES.get(name)
    if personality is None or (number == WHOLE and personality not in WHOLE_ACCOUNT | {Personality.NORMAL}):
        raise Refusal("Incorrect personality")
    store.switch(number, personality)


def _configured(fields: Fields, account: Account) -> Account:
    balance = fields.get("balance_micros", str(account.balance_micros))
    if _NUMBER.fullmatch(balance) is None:
        raise Refusal("Incorrect balance")
    return Account(
        balance_micros=int(balance),
        idempotency=_switched(fields, "idempotency", account.idempotency),
        refuse_duplicates=_switched(fields, "refuse_duplicates", account.refuse_duplicates),
    )


def _switched(fields: Fields, name: str, otherwise: bool) -> bool:
    said = fields.get(name, str(int(otherwise)))
    if said not in ("0", "1"):
        raise Refusal(f"Incorrect {name}")
    return said == "1"


def _switches(store: Store, now: datetime) -> Reply:
    account = store.account(now)
    return {
        "balance": money(account.balance_micros),
        "idempotency": account.idempotency,
        "refuse_duplicates": account.refuse_duplicates,
        "whole_account": (store.personality(WHOLE) or Personality.NORMAL).value,
        "personalities": {
            str(number): (store.personality(number) or listing.personality).value
            for number, listing in catalogue().items()
        },
    }


def _record(taken: Taken, now: datetime) -> dict[str, object]:
    state = fate.standing(taken.placed, now)
    return {
        "id": taken.id,
        "service": taken.service,
        "link": taken.link,
        "quantity": taken.quantity,
        "comments": taken.comments,
        "request_id": taken.request_id,
        "personality": taken.placed.personality.value,
        "placed_at": taken.placed.placed_at.isoformat(),
        "charge": money(taken.charge_micros),
        "status": state.status,
        "final": state.final,
    }
