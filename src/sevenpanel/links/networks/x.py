"""X, formerly Twitter. A post is its number: whatever name stands in front of it, the same one opens."""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import NetworkRules, Sample, Shape, counted, exact, folded

RESERVED = """
    about account compose download explore hashtag help home i intent jobs login logout messages notifications
    privacy search settings share signup tos who_to_follow
"""
PROFILE_TABS = (
    "affiliates|articles|followers|following|highlights|likes|lists|media|superfollows|verified_followers|with_replies"
)

WORDS = {
    "user": folded(r"[A-Za-z0-9_]{1,15}", RESERVED),
    "post": counted(20),
    "number": counted(20),
    "code": exact(r"[A-Za-z0-9]{8,20}"),
}

POST = "https://x.com/i/status/{post}"
PROFILE = "https://x.com/{user}"

SHAPES = (
    Shape(LinkKind.POST, "/i/(web/)?status/{post}/*", POST),
    Shape(
        LinkKind.POST,
        "/@?{user}/(status|statuses|article)/{post}/*",
        POST,
        address="https://x.com/{user}/status/{post}",
    ),
    Shape(LinkKind.POST, "/intent/(like|favorite|retweet|repost)", POST, query={"tweet_id": "post"}),
    Shape(LinkKind.PROFILE, "/intent/(user|follow)", PROFILE, query={"screen_name": "user"}),
    Shape(LinkKind.PROFILE, "/i/user/{number}", "https://x.com/i/user/{number}"),
    Shape(LinkKind.PROFILE, f"/@?{{user}}(/({PROFILE_TABS}))?", PROFILE),
    Shape(LinkKind.SPACE, "/i/spaces/{code}/*", "https://x.com/i/spaces/{code}"),
    Shape(LinkKind.LIVE, "/i/broadcasts/{code}/*", "https://x.com/i/broadcasts/{code}"),
    Shape(LinkKind.COMMUNITY, "/i/communities/{number}/*", "https://x.com/i/communities/{number}"),
    Shape(LinkKind.LIST, "/i/lists/{number}/*", "https://x.com/i/lists/{number}"),
)

X = NetworkRules(
    network=Network.X,
    hosts=("x.com", "mobile.x.com", "m.x.com", "twitter.com", "mobile.twitter.com", "m.twitter.com"),
    handle="https://x.com/{}",
    words=WORDS,
    kinds={
        LinkKind.PROFILE: Sample(say("a profile on X"), "https://x.com/northwind_tea"),
        LinkKind.POST: Sample(say("a post on X"), "https://x.com/northwind_tea/status/1701234567890123456"),
        LinkKind.SPACE: Sample(say("a Space on X"), "https://x.com/i/spaces/1aBcDeFgHiJkL"),
        LinkKind.LIVE: Sample(say("a live broadcast on X"), "https://x.com/i/broadcasts/1mNoPqRsTuVwX"),
        LinkKind.COMMUNITY: Sample(say("a community on X"), "https://x.com/i/communities/1501234567890123456"),
        LinkKind.LIST: Sample(say("a list on X"), "https://x.com/i/lists/1401234567890123456"),
    },
    shapes=SHAPES,
)
