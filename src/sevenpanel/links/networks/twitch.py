"""Twitch."""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import NetworkRules, Sample, Shape, Word, counted, exact, folded, number

RESERVED = """
    annual-recap broadcast clips collections creatorcamp dashboard directory downloads drops embed event events friends
    inventory jobs login moderator p payments popout prime privacy products search settings signup store subs
    subscriptions team turbo u user video videos wallet
"""
CHANNEL_TABS = "about|chat|clips|followers|home|schedule|squad|videos"

WORDS = {
    "channel": folded(r"[A-Za-z0-9_]{2,25}", RESERVED),
    "video": counted(12),
    # The player writes v1901234567 for what the site writes 1901234567.
    "player_video": Word(r"v?0{0,9}[1-9][0-9]{0,11}", form=lambda text: number(text.removeprefix("v"))),
    "clip": exact(r"[A-Za-z0-9_\-]{4,100}"),
    "collection": exact(r"[A-Za-z0-9_\-]{8,40}"),
}

CHANNEL = "https://www.twitch.tv/{channel}"
VIDEO = "https://www.twitch.tv/videos/{video}"
CLIP = "https://clips.twitch.tv/{clip}"

SHAPES = (
    Shape(LinkKind.CLIP, "clips.twitch.tv/embed", CLIP, query={"clip": "clip"}),
    Shape(LinkKind.CLIP, "clips.twitch.tv/{clip}", CLIP),
    Shape(LinkKind.CLIP, "/{channel}/clip/{clip}", CLIP),
    Shape(LinkKind.VIDEO, "/videos/v?{video}", VIDEO),
    Shape(LinkKind.VIDEO, "/{channel}/(v|video)/{video}", VIDEO),
    Shape(
        LinkKind.VIDEO, "player.twitch.tv/", VIDEO.replace("video}", "player_video}"), query={"video": "player_video"}
    ),
    Shape(LinkKind.PLAYLIST, "/collections/{collection}", "https://www.twitch.tv/collections/{collection}"),
    Shape(LinkKind.CHANNEL, "player.twitch.tv/", CHANNEL, query={"channel": "channel"}),
    Shape(LinkKind.CHANNEL, "/popout/{channel}/chat", CHANNEL),
    Shape(LinkKind.CHANNEL, f"/@?{{channel}}(/({CHANNEL_TABS}))?", CHANNEL),
)

TWITCH = NetworkRules(
    network=Network.TWITCH,
    hosts=("twitch.tv", "m.twitch.tv", "go.twitch.tv"),
    side_hosts=("clips.twitch.tv", "player.twitch.tv"),
    handle="https://www.twitch.tv/{}",
    words=WORDS,
    kinds={
        LinkKind.CHANNEL: Sample(say("a Twitch channel"), "https://www.twitch.tv/northwind_live"),
        LinkKind.VIDEO: Sample(say("a Twitch video"), "https://www.twitch.tv/videos/1901234567"),
        LinkKind.CLIP: Sample(say("a Twitch clip"), "https://clips.twitch.tv/CalmQuietTeapotHooray-AbC1dE2f"),
        LinkKind.PLAYLIST: Sample(say("a Twitch collection"), "https://www.twitch.tv/collections/AbC1dE2fG3hI4j"),
    },
    shapes=SHAPES,
)
