"""The meters that the environment names. Without a token or a key there is none, and nothing is asked."""

from django.conf import settings

from sevenpanel.insight.domain import Network
from sevenpanel.insight.meters.interface import Meter
from sevenpanel.insight.meters.telegram import TelegramMeter
from sevenpanel.insight.meters.youtube import YouTubeMeter
from sevenpanel.settings.environment import TELEGRAM_API, YOUTUBE_API


def is_configured(network: Network) -> bool:
    """Whether a network can be asked. A provider can always be asked about its own orders."""
    return {
        Network.PROVIDER: True,
        Network.TELEGRAM: bool(settings.METER_TELEGRAM_TOKEN),
        Network.YOUTUBE: bool(settings.METER_YOUTUBE_KEY),
    }[network]


def configured() -> list[Meter]:
    """The meters of public counters that are set up.

    An address of the operator's own may be on a machine beside; the networks' own ones are public, or are not called.
    """
    meters: list[Meter] = []
    if is_configured(Network.TELEGRAM):
        meters.append(
            TelegramMeter(
                token=settings.METER_TELEGRAM_TOKEN,
                api=settings.TELEGRAM_API,
                allow_private=settings.TELEGRAM_API != TELEGRAM_API,
            )
        )
    if is_configured(Network.YOUTUBE):
        meters.append(
            YouTubeMeter(
                key=settings.METER_YOUTUBE_KEY,
                api=settings.METER_YOUTUBE_API,
                allow_private=settings.METER_YOUTUBE_API != YOUTUBE_API,
            )
        )
    return meters
