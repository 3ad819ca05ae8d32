"""The adapter for providers that speak the reseller API v2, and for their many deviations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sevenpanel.fulfilment.providers import http
from sevenpanel.fulfilment.providers.apiv2 import parse, rows
from sevenpanel.fulfilment.providers.apiv2.catalogue import read_catalogue
from sevenpanel.fulfilment.providers.apiv2.wire import evidence_text, masked, without_key, words
from sevenpanel.fulfilment.providers.interface import (
    IDS_PER_CALL_MAX,
    Answer,
    Balance,
    CancelAnswer,
    Catalogue,
    Evidence,
    NotNow,
    ProviderAccess,
    ProviderUnavailable,
    RowError,
    Shipment,
    StatusReport,
    Unknown,
)

Read = TypeVar("Read")


Exchange = Callable[[http.Outgoing], http.Heard]
"""Makes one call. The guarded way out, or in the simulator a panel in the same process."""


@dataclass(frozen=True, slots=True)
class ApiV2:
    """One provider. Holds no state between calls and may be shared by threads."""

    access: ProviderAccess
    exchange: Exchange = http.exchange

    def add(self, shipment: Shipment) -> Answer:
        """Send one order, exactly once; see the interface for what the answers mean."""
        try:
            heard = self._heard(self._outgoing({"action": "add", **_order_fields(shipment, self.access)}))
        except http.NotSent as outcome:
            evidence = Evidence(elapsed_ms=outcome.elapsed_ms)
            return NotNow(reason=outcome.reason, words=self._told(outcome.words), evidence=evidence)
        except http.Lost as outcome:
            return Unknown(
                reason=outcome.reason, words=self._told(outcome.words), evidence=self._lost_evidence(outcome)
            )
        return parse.read_add(heard, self.access, self._evidence(heard))

    def statuses(self, ids: Sequence[str]) -> dict[str, StatusReport | RowError]:
        """Ask for up to 100 orders.

        :raises ProviderUnavailable: when the call as a whole failed.
        """
        wanted = _checked(ids)
        if not wanted:
            return {}
        return self._read(
            {"action": "status", "orders": ",".join(wanted)},
            lambda document: rows.read_statuses(document, wanted, self.access.status_words, self.access.link_words),
        )

    def cancel(self, ids: Sequence[str]) -> dict[str, CancelAnswer]:
        """Ask to stop up to 100 orders.

        :raises ProviderUnavailable: when the call as a whole failed.
        """
        wanted = _checked(ids)
        if not wanted:
            return {}
        try:
            return self._cancelled({"orders": ",".join(wanted)}, wanted)
        except ProviderUnavailable as fault:
            if not isinstance(fault.__cause__, parse.CallFailed) or not fault.__cause__.incorrect_request:
                raise
        # Some providers know `order` only. Asking again is safe, since cancelling twice is cancelling once.
        answers: dict[str, CancelAnswer] = {}
        for name in wanted:
            answers |= self._cancelled({"order": name}, (name,))
        return answers

    def balance(self) -> Balance:
        """Ask what is left with the provider.

        :raises ProviderUnavailable: when the call failed or the figure cannot be read.
        """
        return self._read({"action": "balance"}, rows.read_balance)

    def services(self) -> Catalogue:
        """Ask for the catalogue; it may be large and slow.

        :raises ProviderUnavailable: when the call failed or no list came.
        """
        outgoing = replace(
            self._outgoing({"action": "services"}),
            seconds=http.CATALOGUE_SECONDS,
            body_bytes_max=http.CATALOGUE_BYTES_MAX,
        )
        return self._reading(outgoing, read_catalogue)

    def _cancelled(self, fields: dict[str, str], ids: Sequence[str]) -> dict[str, CancelAnswer]:
        return self._read({"action": "cancel", **fields}, lambda document: rows.read_cancels(document, ids))

    def _read(self, fields: dict[str, str], reader: Callable[[object], Read]) -> Read:
        return self._reading(self._outgoing(fields), reader)

    def _reading(self, outgoing: http.Outgoing, reader: Callable[[object], Read]) -> Read:
        try:
            heard = self._heard(outgoing)
        except http.NotSent as outcome:
            evidence = Evidence(elapsed_ms=outcome.elapsed_ms)
            raise ProviderUnavailable(self._told(outcome.words), evidence=evidence) from outcome
        except http.Lost as outcome:
            evidence = self._lost_evidence(outcome)
            raise ProviderUnavailable(self._told(outcome.words), evidence=evidence) from outcome
        try:
            return reader(parse.read_document(heard))
        except parse.CallFailed as outcome:
            raise ProviderUnavailable(
                self._told(outcome.words),
                evidence=self._evidence(heard),
                retry_after_seconds=parse.retry_after(heard.headers),
            ) from outcome

    def _outgoing(self, fields: dict[str, str]) -> http.Outgoing:
        return http.Outgoing(
            method=self.access.method,
            url=self.access.url,
            fields={"key": self.access.key, **fields},
            body=self.access.body,
            user_agent=self.access.user_agent,
            allow_private=self.access.allow_private,
        )

    def _heard(self, outgoing: http.Outgoing) -> http.Heard:
        heard = self.exchange(outgoing)
        return replace(heard, body=without_key(heard.body, self.access.key))

    def _told(self, said: str) -> str:
        return words(masked(said, self.access.key))

    def _evidence(self, heard: http.Heard) -> Evidence:
        return Evidence(
            http_status=heard.status,
            answer=evidence_text(heard.body, self.access.key),
            elapsed_ms=heard.elapsed_ms,
            bytes_left=True,
        )

    def _lost_evidence(self, lost: http.Lost) -> Evidence:
        return Evidence(
            http_status=lost.status,
            answer=evidence_text(lost.body, self.access.key),
            elapsed_ms=lost.elapsed_ms,
            bytes_left=True,
        )


def _order_fields(shipment: Shipment, access: ProviderAccess) -> dict[str, str]:
    fields = {"service": shipment.provider_service, "link": shipment.link}
    if shipment.type == "Default":
        fields["quantity"] = str(shipment.quantity)
    if shipment.type == "Custom Comments":
        fields["comments"] = "\n".join(shipment.comments)
    if access.idempotency_field:
        fields[access.idempotency_field] = shipment.request_id
    return fields


def _checked(ids: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(ids))
    if len(wanted) > IDS_PER_CALL_MAX:
        # Providers silently keep the first 100, so the rest would look missing.
        raise ValueError(f"A call may name {IDS_PER_CALL_MAX} orders, not {len(wanted)}.")
    return wanted
