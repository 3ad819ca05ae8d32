"""The networks a link can belong to and the kinds of thing it can point at."""

from __future__ import annotations

from enum import StrEnum

from sevenpanel.kernel.said import say


class Network(StrEnum):
    """Where a link leads: one of the known networks, or any other website."""

    TELEGRAM = "telegram"
    INSTAGRAM = "instagram"
    YOUTUBE = "youtube"
    TIKTOK = "tiktok"
    X = "x"
    FACEBOOK = "facebook"
    THREADS = "threads"
    LINKEDIN = "linkedin"
    SPOTIFY = "spotify"
    SOUNDCLOUD = "soundcloud"
    TWITCH = "twitch"
    DISCORD = "discord"
    WHATSAPP = "whatsapp"
    VK = "vk"
    PINTEREST = "pinterest"
    REDDIT = "reddit"
    WEBSITE = "website"


class LinkKind(StrEnum):
    """What the address itself claims to point at. Nothing is fetched, so it is never more than a claim."""

    ALBUM = "album"
    ARTICLE = "article"
    ARTIST = "artist"
    BOARD = "board"
    BOOST = "boost"
    BOT = "bot"
    CHANNEL = "channel"
    CLIP = "clip"
    COMMENT = "comment"
    COMMUNITY = "community"
    COMPANY = "company"
    EPISODE = "episode"
    EVENT = "event"
    FOLDER = "folder"
    GROUP = "group"
    HIGHLIGHT = "highlight"
    INVITE = "invite"
    JOB = "job"
    LIST = "list"
    LIVE = "live"
    NEWSLETTER = "newsletter"
    PAGE = "page"
    PHOTO = "photo"
    PIN = "pin"
    PLAYLIST = "playlist"
    POLL = "poll"
    POST = "post"
    PRIVATE_POST = "private_post"
    PROFILE = "profile"
    REEL = "reel"
    SHORT = "short"
    SHORT_LINK = "short_link"
    SHOW = "show"
    SPACE = "space"
    STORY = "story"
    SUBREDDIT = "subreddit"
    TRACK = "track"
    VIDEO = "video"


NETWORK_NAMES: dict[Network, str] = {
    Network.TELEGRAM: "Telegram",
    Network.INSTAGRAM: "Instagram",
    Network.YOUTUBE: "YouTube",
    Network.TIKTOK: "TikTok",
    Network.X: "X",
    Network.FACEBOOK: "Facebook",
    Network.THREADS: "Threads",
    Network.LINKEDIN: "LinkedIn",
    Network.SPOTIFY: "Spotify",
    Network.SOUNDCLOUD: "SoundCloud",
    Network.TWITCH: "Twitch",
    Network.DISCORD: "Discord",
    Network.WHATSAPP: "WhatsApp",
    Network.VK: "VK",
    Network.PINTEREST: "Pinterest",
    Network.REDDIT: "Reddit",
    Network.WEBSITE: say("website"),
}
assert NETWORK_NAMES.keys() == set(Network)
