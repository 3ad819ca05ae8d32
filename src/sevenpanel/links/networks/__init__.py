"""The rules of every known network, one module per family."""

from sevenpanel.links.kinds import Network
from sevenpanel.links.networks.chats import DISCORD, WHATSAPP
from sevenpanel.links.networks.facebook import FACEBOOK
from sevenpanel.links.networks.forums import LINKEDIN, PINTEREST, REDDIT
from sevenpanel.links.networks.instagram import INSTAGRAM, THREADS
from sevenpanel.links.networks.music import SOUNDCLOUD, SPOTIFY
from sevenpanel.links.networks.telegram import TELEGRAM
from sevenpanel.links.networks.tiktok import TIKTOK
from sevenpanel.links.networks.twitch import TWITCH
from sevenpanel.links.networks.vk import VK
from sevenpanel.links.networks.x import X
from sevenpanel.links.networks.youtube import YOUTUBE
from sevenpanel.links.shapes import NetworkRules

RULES: dict[Network, NetworkRules] = {
    rules.network: rules
    for rules in (
        TELEGRAM,
        INSTAGRAM,
        YOUTUBE,
        TIKTOK,
        X,
        FACEBOOK,
        THREADS,
        LINKEDIN,
        SPOTIFY,
        SOUNDCLOUD,
        TWITCH,
        DISCORD,
        WHATSAPP,
        VK,
        PINTEREST,
        REDDIT,
    )
}
assert RULES.keys() == set(Network) - {Network.WEBSITE}
