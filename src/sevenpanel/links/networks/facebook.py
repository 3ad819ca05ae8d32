"""Facebook.

Its addresses say little: a page, a profile and a shop look the same and are one kind here. Dots in a name do not
count (Facebook's help on usernames), so they are no part of the target. A post of one author has several ids, and
no address tells which belong together.
"""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import (
    ANY_LETTER,
    DeadEnd,
    NetworkRules,
    Sample,
    Shape,
    Word,
    counted,
    exact,
    folded,
    lower,
)

RESERVED = """
    about ad_center ads adsmanager ajax album.php apps bookmarks business careers checkpoint comment.php dating dialog
    directory discover events fundraisers games gaming groups hashtag help home.php l.php legal live login login.php
    marketplace media memories messages notes notifications pages pages_manager people permalink.php pg photo photo.php
    photos plugins policies policy posts privacy profile.php public recover reel reels saved search settings share
    sharer sharer.php stories story.php terms tv video video.php videos watch
"""
SITES = """
    facebook.com m.facebook.com mbasic.facebook.com touch.facebook.com web.facebook.com mobile.facebook.com
    free.facebook.com fb.com m.fb.com
"""
PAGE_TABS = (
    "about|about_[^/]+|community|events|followers|following|friends|friends_likes|likes|live|mentions|photos|photos_[^/]+|posts|reels"
    "|reels_tab|reviews|services|shop|videos"
)


def undotted(name: str) -> str:
    """This function gives the part of a name that Facebook compares."""
    return name.replace(".", "")


WORDS = {
    "page": Word(
        r"(?=[0-9.]*[A-Za-z])[A-Za-z0-9](?:[A-Za-z0-9.]{0,60}[A-Za-z0-9])?",
        form=lower,
        key=undotted,
        reserved=frozenset(RESERVED.split()),
    ),
    "id": counted(20),
    "long_id": Word(r"[1-9][0-9]{8,19}"),
    "video": counted(20),
    "photo": counted(20),
    "story": exact(r"[1-9][0-9]{2,24}|pfbid[A-Za-z0-9]{20,120}"),
    "comment": counted(40),
    "group": folded(r"[A-Za-z0-9](?:[A-Za-z0-9.]{0,60}[A-Za-z0-9])?", "feed discover create joins"),
    "slug": folded(rf"{ANY_LETTER}{{1,200}}"),
    "code": exact(r"[A-Za-z0-9_\-]{5,40}"),
}

SITE = "https://www.facebook.com"
BY_ID = SITE + "/profile.php?id={id}"
BY_LONG_ID = SITE + "/profile.php?id={long_id}"
VIDEO = SITE + "/watch/?v={video}"
PHOTO = SITE + "/photo/?fbid={photo}"
STORY = SITE + "/{page}/posts/{story}"
STORY_BY_ID = SITE + "/permalink.php?story_fbid={story}&id={id}"
GROUP_STORY = SITE + "/groups/{group}/posts/{story}"
GROUP_PATH = "/groups/{group}/(posts|permalink)/{story}"
STORY_PATH = "/{page}/posts/([^/]{1,300}/)?{story}"


def _with_comments(path: str, target: str, query: dict[str, str]) -> tuple[Shape, Shape]:
    joint = "&" if "?" in target else "?"
    return (
        Shape(
            LinkKind.COMMENT, path, f"{target}{joint}comment_id={{comment}}", query=query | {"comment_id": "comment"}
        ),
        Shape(LinkKind.POST, path, target, query=query),
    )


SHAPES = (
    *_with_comments(GROUP_PATH, GROUP_STORY, {}),
    *_with_comments("/groups/{group}", GROUP_STORY, {"multi_permalinks": "story"}),
    *_with_comments(STORY_PATH, STORY, {}),
    *_with_comments("/(permalink|story).php", STORY_BY_ID, {"story_fbid": "story", "id": "id"}),
    *_with_comments("/photo(.php)?", PHOTO, {"fbid": "photo"}),
    *_with_comments("/[^/]+/photos/([^/]+/)?{photo}(/[^/]+)?", PHOTO, {}),
    Shape(LinkKind.VIDEO, "/(watch|watch/live|video.php|video/embed)", VIDEO, query={"v": "video"}),
    Shape(LinkKind.VIDEO, "/watch", VIDEO, query={"video_id": "video"}),
    Shape(LinkKind.VIDEO, "/[^/]+/videos/([^/]+/)?{video}", VIDEO),
    Shape(LinkKind.VIDEO, "/watch/{video}", VIDEO),
    Shape(LinkKind.REEL, "/reels?/{video}", VIDEO, address=SITE + "/reel/{video}"),
    Shape(LinkKind.REEL, "/[^/]+/reels/{video}", VIDEO, address=SITE + "/reel/{video}"),
    Shape(LinkKind.STORY, "/stories/{id}/{code}={0,2}", SITE + "/stories/{id}/{code}"),
    Shape(LinkKind.STORY, "/stories/{id}", SITE + "/stories/{id}"),
    Shape(LinkKind.EVENT, "/events/([^/]+/){0,2}{id}", SITE + "/events/{id}"),
    Shape(LinkKind.GROUP, "/groups/{group}(/(about|members|media|discussion|events|files))?", SITE + "/groups/{group}"),
    Shape(LinkKind.SHORT_LINK, "/share/{code}", SITE + "/share/{code}"),
    *(
        Shape(LinkKind.SHORT_LINK, f"/share/{letter}/{{code}}", f"{SITE}/share/{letter}/{{code}}")
        for letter in ("g", "p", "r", "v")
    ),
    Shape(LinkKind.SHORT_LINK, "fb.me/{code}", "https://fb.me/{code}"),
    Shape(LinkKind.SHORT_LINK, "fb.me/(e|p|g|v)/{code}", "https://fb.me/{code}"),
    Shape(LinkKind.SHORT_LINK, "fb.watch/(v/|r/)?{code}", "https://fb.watch/{code}"),
    Shape(LinkKind.PAGE, "/profile.php", BY_ID, query={"id": "id"}),
    Shape(LinkKind.PAGE, "/(people|pages)/([^/]+/){1,2}{id}", BY_ID),
    Shape(LinkKind.PAGE, "/p/[^/]*-{long_id}/*", BY_LONG_ID),
    Shape(LinkKind.PAGE, f"/{{long_id}}(/({PAGE_TABS}))?", BY_LONG_ID),
    Shape(LinkKind.PAGE, f"/[^/]*-{{long_id}}(/({PAGE_TABS}))?", BY_LONG_ID),
    Shape(LinkKind.PAGE, f"(/pg)?/@?{{page}}(/({PAGE_TABS}))?", SITE + "/{page}"),
)

FACEBOOK = NetworkRules(
    network=Network.FACEBOOK,
    hosts=tuple(SITES.split()),
    side_hosts=("fb.me", "fb.watch", "fb.gg"),
    countries=True,
    handle=SITE + "/{}",
    words=WORDS,
    kinds={
        LinkKind.PAGE: Sample(say("a Facebook page or profile"), "https://www.facebook.com/northwindtea"),
        LinkKind.POST: Sample(say("a Facebook post"), "https://www.facebook.com/northwindtea/posts/801234567890123"),
        LinkKind.COMMENT: Sample(
            say("a Facebook comment"),
            "https://www.facebook.com/northwindtea/posts/801234567890123?comment_id=901234567890123",
        ),
        LinkKind.VIDEO: Sample(say("a Facebook video"), "https://www.facebook.com/watch/?v=701234567890123"),
        LinkKind.REEL: Sample(say("a Facebook reel"), "https://www.facebook.com/reel/701234567890123"),
        LinkKind.STORY: Sample(
            say("a Facebook story"), "https://www.facebook.com/stories/101234567890123/UzpfSVNDOjEyMzQ1Njc4OQ"
        ),
        LinkKind.GROUP: Sample(say("a Facebook group"), "https://www.facebook.com/groups/601234567890123"),
        LinkKind.EVENT: Sample(say("a Facebook event"), "https://www.facebook.com/events/501234567890123"),
        LinkKind.SHORT_LINK: Sample(say("a Facebook share link"), "https://www.facebook.com/share/p/1AbC2dE3fG"),
    },
    shapes=SHAPES,
    dead_ends=(
        DeadEnd(
            "/(marketplace|hashtag|search)/*",
            say(
                "This is a search page of Facebook. Paste a page or a post, "
                "for example https://www.facebook.com/northwindtea."
            ),
        ),
    ),
)
