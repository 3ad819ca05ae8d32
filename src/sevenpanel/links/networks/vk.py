"""VK. Everything has the number of its owner (negative for a community) and its own number.

A short name says not whose it is, so it is a kind of its own beside the numbered profiles and communities.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sevenpanel.kernel.said import say
from sevenpanel.links.address import Address
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import ANY_LETTER, NetworkRules, Sample, Shape, counted, exact, folded

RESERVED = """
    about about.php ads apps album albums app artist audio audios away.php bookmarks bugs calls call clips club dev docs
    edit editapp event fave feed food friends games gifts groups help im join jobs login mail market music notifications
    page photo photos podcasts poll product public restore search services settings share.php shopping stickers story
    terms topic topics video videos vkpay wall
"""

# What an overlay shows on top of another page: vk.com/feed?w=wall-1_2, vk.com/video?z=video-1_2/pl_cat.
OVERLAY = re.compile(r"(?:wall|photo|video|clip|story|poll)-?[0-9]+_[0-9]+(?:_r[0-9]+)?")

# A number behind one of these makes it an address of VK's own, not a short name.
NUMBERED = (
    "albums?|app|audios?|clips?|club|docs?|event|id|market|page|photos?|poll|product|public|story|stories|tag"
    "|topic|videos?|wall"
)

WORDS = {
    "name": folded(rf"(?!(?:{NUMBERED})[0-9]+(?:_[0-9]+)?(?:/|$))[A-Za-z][A-Za-z0-9_.]{{1,31}}", RESERVED),
    "number": counted(12),
    "owner": exact(r"-?[1-9][0-9]{0,11}"),
    "item": counted(12),
    "comment": counted(12),
    "article": folded(rf"{ANY_LETTER}{{1,200}}"),
    "code": exact(r"[A-Za-z0-9_/+=\-]{10,60}"),
}

VIDEO = "https://vk.com/video{owner}_{item}"
COMMENT = "https://vk.com/wall{owner}_{item}?reply={comment}"
PLAYLIST = "https://vk.com/music/playlist/{owner}_{item}"

SHAPES = (
    Shape(LinkKind.COMMENT, "/wall{owner}_{item}_r{comment}", COMMENT),
    Shape(LinkKind.COMMENT, "/wall{owner}_{item}", COMMENT, query={"reply": "comment"}),
    Shape(LinkKind.POST, "/wall{owner}_{item}", "https://vk.com/wall{owner}_{item}"),
    Shape(LinkKind.PHOTO, "/photo{owner}_{item}(_[a-z0-9]+)?", "https://vk.com/photo{owner}_{item}"),
    Shape(LinkKind.VIDEO, "(/video|/videos)?/video{owner}_{item}(_[a-z0-9]+)?", VIDEO),
    Shape(
        LinkKind.CLIP, "(/clips)?/clip{owner}_{item}(_[a-z0-9]+)?", VIDEO, address="https://vk.com/clip{owner}_{item}"
    ),
    Shape(LinkKind.STORY, "/story{owner}_{item}(_[a-z0-9]+)?", "https://vk.com/story{owner}_{item}"),
    Shape(LinkKind.POLL, "/poll{owner}_{item}", "https://vk.com/poll{owner}_{item}"),
    Shape(LinkKind.PLAYLIST, "/(music/playlist/|music/album/|audio_playlist){owner}_{item}(_[a-z0-9]+)?", PLAYLIST),
    Shape(LinkKind.ARTICLE, "/@{article}", "https://vk.com/@{article}"),
    Shape(LinkKind.PROFILE, "/id{number}", "https://vk.com/id{number}"),
    Shape(LinkKind.GROUP, "/(club|public|event){number}", "https://vk.com/club{number}"),
    Shape(LinkKind.INVITE, "(/join|vk.me/join)/{code}", "https://vk.me/join/{code}"),
    Shape(LinkKind.PAGE, "(vk.me)?/{name}", "https://vk.com/{name}"),
)


def rewrite(address: Address) -> Address:
    """This function opens what an overlay shows in place of the page below it."""
    for name, value in address.parameters:
        match = OVERLAY.match(value)
        if name in ("w", "z") and match:
            return replace(address, host="vk.com", path=f"/{match[0]}", query="")
    return address


VK = NetworkRules(
    network=Network.VK,
    hosts=("vk.com", "m.vk.com", "vk.ru", "m.vk.ru", "new.vk.com", "vkontakte.ru", "vkvideo.ru", "m.vkvideo.ru"),
    side_hosts=("vk.me",),
    handle="https://vk.com/{}",
    words=WORDS,
    kinds={
        LinkKind.PAGE: Sample(say("a VK page by its short name"), "https://vk.com/northwind_tea"),
        LinkKind.PROFILE: Sample(say("a VK profile"), "https://vk.com/id123456789"),
        LinkKind.GROUP: Sample(say("a VK community"), "https://vk.com/club123456789"),
        LinkKind.POST: Sample(say("a VK post"), "https://vk.com/wall-123456789_4321"),
        LinkKind.COMMENT: Sample(say("a VK comment"), "https://vk.com/wall-123456789_4321?reply=4399"),
        LinkKind.PHOTO: Sample(say("a VK photo"), "https://vk.com/photo-123456789_457239017"),
        LinkKind.VIDEO: Sample(say("a VK video"), "https://vk.com/video-123456789_456239017"),
        LinkKind.CLIP: Sample(say("a VK clip"), "https://vk.com/clip-123456789_456239018"),
        LinkKind.STORY: Sample(say("a VK story"), "https://vk.com/story-123456789_456239019"),
        LinkKind.POLL: Sample(say("a VK poll"), "https://vk.com/poll-123456789_901234567"),
        LinkKind.PLAYLIST: Sample(say("a VK playlist"), "https://vk.com/music/playlist/-123456789_12"),
        LinkKind.ARTICLE: Sample(say("a VK article"), "https://vk.com/@northwind_tea-first-flush"),
        LinkKind.INVITE: Sample(say("a VK chat invite"), "https://vk.me/join/AbC1dE2fG3hI4jK5lM6n"),
    },
    shapes=SHAPES,
    rewrite=rewrite,
)
