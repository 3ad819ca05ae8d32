"""Reads of notices: the catalogue as it is in force, the Updates, and every notice about a service for decisions."""

from sevenpanel.notices.queries.effective import (
    EffectiveService,
    Overlay,
    description_of,
    effective_service,
    effective_services,
    names_on_sale,
    notices_about,
    on_sale,
    standing,
)
from sevenpanel.notices.queries.rows import NoticeRow, draft_of
from sevenpanel.notices.queries.updates import UpdateRow, history, prices, update, updates, versions

__all__ = [
    "EffectiveService",
    "NoticeRow",
    "Overlay",
    "UpdateRow",
    "description_of",
    "draft_of",
    "effective_service",
    "effective_services",
    "history",
    "names_on_sale",
    "notices_about",
    "on_sale",
    "prices",
    "standing",
    "update",
    "updates",
    "versions",
]
