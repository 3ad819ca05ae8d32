"""Reads of intents: which one an arrival belongs to."""

from datetime import datetime, timedelta

from sevenpanel.deposits import models
from sevenpanel.deposits.domain import Asset

# Blocks tell their time in whole seconds, rounded down.
BLOCK_TIME_STEP = timedelta(seconds=1)


def newest_intent(address: str, asset: Asset, *, before: datetime) -> models.Intent | None:
    """The newest intent of an address that was there before the money was: a receipt belongs to it, or to none.

    One that was opened afterwards gives no rate, so that nobody can wait and choose.
    """
    found = models.Intent.objects.filter(
        address=address,
        opened_at__lt=before + BLOCK_TIME_STEP,
        method__asset__symbol=asset.symbol,
        method__asset__place=asset.place,
    )
    return found.select_related("method__asset").order_by("-id").first()
