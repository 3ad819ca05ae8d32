"""TikTok. A video is its number: whatever name stands in front of it, the same one opens.

The short codes of the app (vm., vt., /t/) lead to anything and are not followed: a kind of their own.
"""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import NetworkRules, Sample, Shape, counted, exact, folded

WORDS = {
    "user": folded(r"[A-Za-z0-9_.]{1,23}[A-Za-z0-9_]"),
    "video": counted(20),
    "code": exact(r"[A-Za-z0-9]{6,24}"),
}

ITEM = "https://www.tiktok.com/@/video/{video}"

SHAPES = (
    Shape(LinkKind.VIDEO, "/@{user}/video/{video}", ITEM, address="https://www.tiktok.com/@{user}/video/{video}"),
    Shape(LinkKind.PHOTO, "/@{user}/photo/{video}", ITEM, address="https://www.tiktok.com/@{user}/photo/{video}"),
    Shape(LinkKind.VIDEO, "/@/video/{video}", ITEM),
    Shape(LinkKind.PHOTO, "/@/photo/{video}", ITEM, address="https://www.tiktok.com/@/photo/{video}"),
    Shape(LinkKind.VIDEO, "/(share/video|embed|embed/v[0-9]|player/v[0-9]|v)/{video}(.html)?", ITEM),
    Shape(LinkKind.LIVE, "/@{user}/live", "https://www.tiktok.com/@{user}/live"),
    Shape(LinkKind.PROFILE, "/@{user}", "https://www.tiktok.com/@{user}"),
    Shape(LinkKind.SHORT_LINK, "/t/{code}", "https://www.tiktok.com/t/{code}"),
    Shape(LinkKind.SHORT_LINK, "vm.tiktok.com/{code}", "https://vm.tiktok.com/{code}"),
    Shape(LinkKind.SHORT_LINK, "vt.tiktok.com/{code}", "https://vt.tiktok.com/{code}"),
)

TIKTOK = NetworkRules(
    network=Network.TIKTOK,
    hosts=("tiktok.com", "m.tiktok.com", "lite.tiktok.com"),
    side_hosts=("vm.tiktok.com", "vt.tiktok.com"),
    handle="https://www.tiktok.com/@{}",
    words=WORDS,
    kinds={
        LinkKind.PROFILE: Sample(say("a TikTok profile"), "https://www.tiktok.com/@northwind.tea"),
        LinkKind.VIDEO: Sample(
            say("a TikTok video"), "https://www.tiktok.com/@northwind.tea/video/7301234567890123456"
        ),
        LinkKind.PHOTO: Sample(
            say("a TikTok photo post"), "https://www.tiktok.com/@northwind.tea/photo/7301234567890123456"
        ),
        LinkKind.LIVE: Sample(say("a TikTok live stream"), "https://www.tiktok.com/@northwind.tea/live"),
        LinkKind.SHORT_LINK: Sample(say("a TikTok share link"), "https://vm.tiktok.com/ZMaB1cD2e"),
    },
    shapes=SHAPES,
)
