"""Instagram and Threads: one family, the same names.

A photo, a reel and an IGTV video of Instagram share one kind of code, and /p/, /reel/ and /tv/ all open each: they
are one target. Threads likewise opens a post by its code alone, whoever is named in front of it.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from dataclasses import replace

from sevenpanel.kernel.said import say
from sevenpanel.links.address import Address
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import DeadEnd, NetworkRules, Sample, Shape, counted, exact, folded

RESERVED = """
    _n _u about accounts api ar archive blog challenge channel create data developer direct directory download emails
    explore graphql help igtv invites legal lite locations nametag oauth p press privacy reel reels s session share
    static stories terms topics tv web your_activity
"""
PROFILE_TABS = "followers|following|reels|tagged|channel|igtv|feed|guides|saved"

WORDS = {
    "user": folded(r"[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?", RESERVED),
    "media": exact(r"[A-Za-z0-9_\-]{5,60}"),
    "comment": counted(20),
    "number": counted(20),
    "code": exact(r"[A-Za-z0-9_\-]{5,60}"),
}

MEDIA = "https://www.instagram.com/p/{media}/"
REEL = "https://www.instagram.com/reel/{media}/"

SHAPES = (
    Shape(
        LinkKind.COMMENT,
        "(/{user})?/(p|reels?|tv)/{media}/c/{comment}(/r/[0-9]+)?",
        "https://www.instagram.com/p/{media}/c/{comment}/",
    ),
    Shape(LinkKind.POST, "/(p|tv)/{media}/*", MEDIA),
    Shape(LinkKind.POST, "/{user}/(p|tv)/{media}/*", MEDIA),
    Shape(LinkKind.REEL, "/reels?/{media}/*", MEDIA, address=REEL),
    Shape(LinkKind.REEL, "/{user}/reels?/{media}/*", MEDIA, address=REEL),
    Shape(LinkKind.HIGHLIGHT, "/stories/highlights/{number}", "https://www.instagram.com/stories/highlights/{number}/"),
    Shape(LinkKind.STORY, "/stories/{user}/{number}", "https://www.instagram.com/stories/{user}/{number}/"),
    Shape(LinkKind.STORY, "/stories/{user}", "https://www.instagram.com/stories/{user}/"),
    Shape(LinkKind.LIVE, "/{user}/live(/[0-9]+)?", "https://www.instagram.com/{user}/live/"),
    Shape(LinkKind.CHANNEL, "/channel/{code}", "https://www.instagram.com/channel/{code}/"),
    Shape(LinkKind.SHORT_LINK, "/share/{code}", "https://www.instagram.com/share/{code}"),
    Shape(LinkKind.SHORT_LINK, "/share/p/{code}", "https://www.instagram.com/share/p/{code}"),
    Shape(LinkKind.SHORT_LINK, "/share/reel/{code}", "https://www.instagram.com/share/reel/{code}"),
    Shape(LinkKind.PROFILE, f"(/_u)?/@?{{user}}(/({PROFILE_TABS}))?", "https://www.instagram.com/{user}/"),
)


def rewrite(address: Address) -> Address:
    """This function unfolds a shared highlight, whose number stands in base64 behind /s/."""
    _, _, code = address.path.strip("/").rpartition("s/")
    if not address.path.startswith("/s/"):
        return address
    try:
        told = urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return address
    return replace(address, path=f"/stories/highlights/{told.removeprefix('highlight:')}")


INSTAGRAM = NetworkRules(
    network=Network.INSTAGRAM,
    hosts=("instagram.com", "m.instagram.com", "instagr.am"),
    side_hosts=("ig.me",),
    handle="https://www.instagram.com/{}/",
    words=WORDS,
    kinds={
        LinkKind.PROFILE: Sample(say("an Instagram profile"), "https://www.instagram.com/northwind.tea/"),
        LinkKind.POST: Sample(say("an Instagram post"), "https://www.instagram.com/p/Cx1aB2cD3eF/"),
        LinkKind.REEL: Sample(say("an Instagram reel"), "https://www.instagram.com/reel/Cx1aB2cD3eF/"),
        LinkKind.STORY: Sample(
            say("an Instagram story"), "https://www.instagram.com/stories/northwind.tea/31415926535/"
        ),
        LinkKind.HIGHLIGHT: Sample(
            say("an Instagram highlight"), "https://www.instagram.com/stories/highlights/17912345678901234/"
        ),
        LinkKind.LIVE: Sample(say("an Instagram live video"), "https://www.instagram.com/northwind.tea/live/"),
        LinkKind.CHANNEL: Sample(
            say("an Instagram broadcast channel"), "https://www.instagram.com/channel/AbZ1c2D3e4F5/"
        ),
        LinkKind.COMMENT: Sample(
            say("an Instagram comment"), "https://www.instagram.com/p/Cx1aB2cD3eF/c/17912345678901234/"
        ),
        LinkKind.SHORT_LINK: Sample(say("an Instagram share link"), "https://www.instagram.com/share/p/BAbC1dE2fG"),
    },
    shapes=SHAPES,
    dead_ends=(
        DeadEnd(
            "/explore/*",
            say(
                "This is a search page of Instagram. Paste a profile or a post, "
                "for example https://www.instagram.com/northwind.tea/."
            ),
        ),
        DeadEnd(
            "/reels/audio/*",
            say(
                "This is a sound, not a reel. Paste the reel itself, for example https://www.instagram.com/reel/Cx1aB2cD3eF/."
            ),
        ),
    ),
    rewrite=rewrite,
)

THREADS = NetworkRules(
    network=Network.THREADS,
    hosts=("threads.com", "threads.net"),
    handle="https://www.threads.com/@{}",
    words=WORDS,
    kinds={
        LinkKind.PROFILE: Sample(say("a Threads profile"), "https://www.threads.com/@northwind.tea"),
        LinkKind.POST: Sample(say("a Threads post"), "https://www.threads.com/@northwind.tea/post/Cx1aB2cD3eF"),
    },
    shapes=(
        Shape(
            LinkKind.POST,
            "/@{user}/post/{media}/*",
            "https://www.threads.com/t/{media}",
            address="https://www.threads.com/@{user}/post/{media}",
        ),
        Shape(LinkKind.POST, "/t/{media}/*", "https://www.threads.com/t/{media}"),
        Shape(LinkKind.PROFILE, "/@{user}(/(replies|media|reposts))?", "https://www.threads.com/@{user}"),
    ),
)
