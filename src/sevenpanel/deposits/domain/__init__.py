"""The pure part of deposits: states and what leads from one to another, keys, assets, rates and their arithmetic."""

from sevenpanel.deposits.domain.assets import Asset, raw_units
from sevenpanel.deposits.domain.states import FOUND_BY_SOURCES, Event, HeldReason, ReceiptState, Verdict

__all__ = ["FOUND_BY_SOURCES", "Asset", "Event", "HeldReason", "ReceiptState", "Verdict", "raw_units"]
