"""Telegram. The forms are those of its own page on deep links (core.telegram.org/api/links)."""

from __future__ import annotations

from dataclasses import replace

from sevenpanel.kernel.said import say
from sevenpanel.links.address import Address
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import DeadEnd, NetworkRules, Sample, Shape, counted, exact, folded

RESERVED = """
    addemoji addlist addstickers addtheme apps auction blog boost confirmphone contact dl faq giftcode invoice
    joinchat login message nft passport privacy proxy setlanguage share socks stickers telegrampassport tos
"""

WORDS = {
    "name": folded(r"[A-Za-z][A-Za-z0-9_]{3,31}", RESERVED),
    "bot": folded(r"[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]", RESERVED),
    "app": folded(r"[A-Za-z][A-Za-z0-9_]{2,29}"),
    "start": exact(r"[A-Za-z0-9_\-]{1,512}"),
    "invite": exact(r"[A-Za-z0-9_\-]{10,40}"),
    "folder": exact(r"[A-Za-z0-9_\-]{6,40}"),
    "chat": counted(14),
    "topic": counted(10),
    "post": counted(10),
    "comment": counted(10),
    "flag": exact(r".*"),
}

SHAPES = (
    Shape(LinkKind.INVITE, r"/(\+|joinchat/){invite}", "https://t.me/+{invite}", is_private=True),
    Shape(LinkKind.FOLDER, "/addlist/{folder}", "https://t.me/addlist/{folder}"),
    Shape(LinkKind.BOOST, "/boost/{name}", "https://t.me/boost/{name}"),
    Shape(LinkKind.BOOST, "/{name}", "https://t.me/boost/{name}", query={"boost": "flag"}),
    *(
        Shape(
            LinkKind.PRIVATE_POST,
            path,
            "https://t.me/c/{chat}/{post}?comment={comment}",
            query={"comment": "comment"},
        )
        for path in ("/c/{chat}/{post}", "/c/{chat}/{topic}/{post}")
    ),
    Shape(LinkKind.PRIVATE_POST, "/c/{chat}/{post}", "https://t.me/c/{chat}/{post}"),
    Shape(LinkKind.PRIVATE_POST, "/c/{chat}/{topic}/{post}", "https://t.me/c/{chat}/{post}"),
    Shape(LinkKind.STORY, "/@?{name}/s/{post}", "https://t.me/{name}/s/{post}"),
    Shape(
        LinkKind.COMMENT,
        "(/s)?/@?{name}/{post}",
        "https://t.me/{name}/{post}?comment={comment}",
        query={"comment": "comment"},
    ),
    Shape(
        LinkKind.COMMENT,
        "/@?{name}/{topic}/{post}",
        "https://t.me/{name}/{post}?comment={comment}",
        query={"comment": "comment"},
    ),
    Shape(LinkKind.POST, "(/s)?/@?{name}/{post}", "https://t.me/{name}/{post}"),
    Shape(LinkKind.POST, "/@?{name}/{topic}/{post}", "https://t.me/{name}/{post}"),
    *(
        Shape(LinkKind.LIVE, "/@?{name}", "https://t.me/{name}?livestream", query={parameter: "flag"})
        for parameter in ("livestream", "videochat", "voicechat")
    ),
    *(
        Shape(LinkKind.BOT, path, f"https://t.me{path}?{name}={{start}}", query={name: "start"}, is_private=True)
        for path in ("/{bot}/{app}", "/{bot}")
        for name in ("startapp", "start", "startgroup", "startchannel")
    ),
    Shape(LinkKind.BOT, "/@?{bot}/{app}", "https://t.me/{bot}/{app}"),
    Shape(LinkKind.BOT, "/@?{bot}", "https://t.me/{bot}"),
    Shape(LinkKind.CHANNEL, "(/s)?/@?{name}", "https://t.me/{name}"),
)

DEAD_ENDS = (
    DeadEnd(
        r"/\+?[0-9]{5,15}",
        say(
            "This is a telephone number, not an invite link. Paste the channel's link, "
            "for example https://t.me/northwind_news, or its invite link, for example https://t.me/+Ab1Cd2Ef3Gh4Ij5K."
        ),
    ),
    DeadEnd(
        "/c/[0-9]+",
        say(
            "A private channel opens only with its invite link. Paste that one, "
            "for example https://t.me/+Ab1Cd2Ef3Gh4Ij5K."
        ),
    ),
)


def rewrite(address: Address) -> Address:
    """This function turns name.t.me and the addresses of the web client into the ordinary ones."""
    name, _, parent = address.host.partition(".")
    if parent == "t.me":
        return replace(address, host="t.me", path=f"/{name}{address.path}")
    if address.host == "web.telegram.org" and address.fragment.startswith("@"):
        return replace(address, host="t.me", path=f"/{address.fragment}", query="", fragment="")
    return address


TELEGRAM = NetworkRules(
    network=Network.TELEGRAM,
    hosts=("t.me", "telegram.me", "telegram.dog", "tx.me"),
    side_hosts=("telegram.org",),
    handle="https://t.me/{}",
    words=WORDS,
    kinds={
        LinkKind.CHANNEL: Sample(say("a public Telegram channel or group"), "https://t.me/northwind_news"),
        LinkKind.INVITE: Sample(say("a Telegram invite link"), "https://t.me/+Ab1Cd2Ef3Gh4Ij5K"),
        LinkKind.POST: Sample(say("a post in a public Telegram channel"), "https://t.me/northwind_news/128"),
        LinkKind.PRIVATE_POST: Sample(say("a post in a private Telegram channel"), "https://t.me/c/1234567890/42"),
        LinkKind.COMMENT: Sample(say("a comment below a Telegram post"), "https://t.me/northwind_news/128?comment=77"),
        LinkKind.STORY: Sample(say("a Telegram story"), "https://t.me/northwind_news/s/12"),
        LinkKind.LIVE: Sample(say("a Telegram live stream"), "https://t.me/northwind_news?livestream"),
        LinkKind.BOOST: Sample(say("a Telegram boost link"), "https://t.me/boost/northwind_news"),
        LinkKind.BOT: Sample(say("a Telegram bot"), "https://t.me/northwind_bot?start=spring"),
        LinkKind.FOLDER: Sample(say("a Telegram folder link"), "https://t.me/addlist/AbCdEfGhIjK"),
    },
    shapes=SHAPES,
    dead_ends=DEAD_ENDS,
    rewrite=rewrite,
)
