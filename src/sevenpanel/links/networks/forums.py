"""LinkedIn, Pinterest and Reddit: networks whose addresses carry the title of the thing beside its id."""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import ANY_LETTER, NetworkRules, Sample, Shape, counted, exact, folded

LINKEDIN_WORDS = {
    # What the site itself puts where a profile has not been given a name; its case counts.
    "member": exact(r"AC[orw]AA[A-Za-z0-9_\-]{20,60}"),
    "name": folded(rf"{ANY_LETTER}{{1,100}}"),
    "slug": folded(rf"{ANY_LETTER}{{1,300}}"),
    "number": counted(20),
    "comment": exact(r"urn:li:comment:\((?:urn:li:)?(?:activity|ugcPost|share):[0-9]{1,20},[0-9]{1,20}\)"),
    "code": exact(r"[A-Za-z0-9_\-]{4,20}"),
}


def _updates() -> tuple[Shape, ...]:
    """Three numberings of posts, each with a long address that repeats the title and a short one."""
    shapes = []
    for numbering in ("activity", "share", "ugcPost"):
        target = f"https://www.linkedin.com/feed/update/urn:li:{numbering}:{{number}}"
        short = f"(/embed)?/feed/update/urn:li:{numbering}:{{number}}"
        long = rf"/posts/[^/]{{1,400}}[_\-]{numbering}-{{number}}(-[A-Za-z0-9_\-]{{0,10}})?"
        commented = target + "?commentUrn={comment}"
        shapes += [Shape(LinkKind.COMMENT, path, commented, query={"commentUrn": "comment"}) for path in (short, long)]
        shapes += [Shape(LinkKind.POST, path, target) for path in (short, long)]
    return tuple(shapes)


LINKEDIN = NetworkRules(
    network=Network.LINKEDIN,
    hosts=("linkedin.com", "m.linkedin.com"),
    side_hosts=("lnkd.in",),
    countries=True,
    handle="https://www.linkedin.com/in/{}",
    words=LINKEDIN_WORDS,
    kinds={
        LinkKind.PROFILE: Sample(say("a LinkedIn profile"), "https://www.linkedin.com/in/ada-northwind"),
        LinkKind.COMPANY: Sample(say("a LinkedIn company page"), "https://www.linkedin.com/company/northwind-tea"),
        LinkKind.POST: Sample(
            say("a LinkedIn post"), "https://www.linkedin.com/feed/update/urn:li:activity:7101234567890123456"
        ),
        LinkKind.COMMENT: Sample(
            say("a LinkedIn comment"),
            "https://www.linkedin.com/feed/update/urn:li:activity:7101234567890123456"
            "?commentUrn=urn:li:comment:(activity:7101234567890123456,7101234567890123999)",
        ),
        LinkKind.ARTICLE: Sample(say("a LinkedIn article"), "https://www.linkedin.com/pulse/why-tea-ada-northwind"),
        LinkKind.NEWSLETTER: Sample(
            say("a LinkedIn newsletter"), "https://www.linkedin.com/newsletters/tea-notes-7001234567890123456"
        ),
        LinkKind.GROUP: Sample(say("a LinkedIn group"), "https://www.linkedin.com/groups/1234567"),
        LinkKind.EVENT: Sample(say("a LinkedIn event"), "https://www.linkedin.com/events/7201234567890123456"),
        LinkKind.JOB: Sample(say("a LinkedIn job"), "https://www.linkedin.com/jobs/view/3701234567"),
        LinkKind.SHORT_LINK: Sample(say("a LinkedIn short link"), "https://lnkd.in/eAbC1dE2"),
    },
    shapes=(
        *_updates(),
        Shape(LinkKind.PROFILE, "/in/{member}/*", "https://www.linkedin.com/in/{member}"),
        Shape(LinkKind.PROFILE, "/in/{name}/*", "https://www.linkedin.com/in/{name}"),
        Shape(LinkKind.COMPANY, "/company/{name}/*", "https://www.linkedin.com/company/{name}"),
        Shape(LinkKind.COMPANY, "/school/{name}/*", "https://www.linkedin.com/school/{name}"),
        Shape(LinkKind.COMPANY, "/showcase/{name}/*", "https://www.linkedin.com/showcase/{name}"),
        Shape(LinkKind.ARTICLE, "/pulse/{slug}", "https://www.linkedin.com/pulse/{slug}"),
        Shape(LinkKind.NEWSLETTER, "/newsletters/{slug}", "https://www.linkedin.com/newsletters/{slug}"),
        Shape(LinkKind.GROUP, "/groups/{number}/*", "https://www.linkedin.com/groups/{number}"),
        Shape(LinkKind.EVENT, "/events/([^/]{1,300}-)?{number}/*", "https://www.linkedin.com/events/{number}"),
        Shape(LinkKind.JOB, "/jobs/view/([^/]{1,300}-)?{number}/*", "https://www.linkedin.com/jobs/view/{number}"),
        Shape(LinkKind.SHORT_LINK, "lnkd.in(/p)?/{code}", "https://lnkd.in/{code}"),
    ),
)

PINTEREST_RESERVED = """
    _ _created _saved about business categories create discover email explore following homefeed ideas invited login
    logout news notifications oauth password pin pin-builder pin-creation-tool resource search secret settings shop
    signup source today topics tv videos
"""
PINTEREST_TABS = "_created|_saved|_profile|boards|followers|following|pins|tried"
PINTEREST_WORDS = {
    "user": folded(r"[A-Za-z0-9_]{1,30}", PINTEREST_RESERVED),
    "board": folded(rf"{ANY_LETTER}{{1,100}}", PINTEREST_TABS.replace("|", " ")),
    "section": folded(rf"{ANY_LETTER}{{1,100}}"),
    "pin": exact(r"[0-9]{1,25}|A[A-Za-z0-9_\-]{30,90}"),
    "code": exact(r"[A-Za-z0-9]{5,20}"),
}
PINTEREST_SITES = """
    pinterest.com m.pinterest.com pinterest.at pinterest.be pinterest.ca pinterest.ch pinterest.cl pinterest.co
    pinterest.co.at pinterest.co.in pinterest.co.kr pinterest.co.nz pinterest.co.uk pinterest.com.au pinterest.com.br
    pinterest.com.mx pinterest.com.pe pinterest.com.uy pinterest.de pinterest.dk pinterest.ec pinterest.es
    pinterest.fi pinterest.fr pinterest.hu pinterest.id pinterest.ie pinterest.in pinterest.info pinterest.it
    pinterest.jp pinterest.kr pinterest.mx pinterest.nl pinterest.no pinterest.nz pinterest.pe pinterest.ph
    pinterest.pl pinterest.pt pinterest.ru pinterest.se pinterest.th pinterest.tw pinterest.uk pinterest.vn
"""

PINTEREST = NetworkRules(
    network=Network.PINTEREST,
    hosts=tuple(PINTEREST_SITES.split()),
    side_hosts=("pin.it",),
    countries=True,
    handle="https://www.pinterest.com/{}/",
    words=PINTEREST_WORDS,
    kinds={
        LinkKind.PIN: Sample(say("a pin"), "https://www.pinterest.com/pin/801234567890123456/"),
        LinkKind.PROFILE: Sample(say("a Pinterest profile"), "https://www.pinterest.com/northwindtea/"),
        LinkKind.BOARD: Sample(say("a Pinterest board"), "https://www.pinterest.com/northwindtea/green-teas/"),
        LinkKind.SHORT_LINK: Sample(say("a Pinterest share link"), "https://pin.it/1AbC2dE"),
    },
    shapes=(
        Shape(LinkKind.PIN, "/pin/([^/]{1,300}--)?{pin}/*", "https://www.pinterest.com/pin/{pin}/"),
        Shape(LinkKind.PROFILE, f"/@?{{user}}(/({PINTEREST_TABS}))?", "https://www.pinterest.com/{user}/"),
        Shape(LinkKind.BOARD, "/{user}/{board}", "https://www.pinterest.com/{user}/{board}/"),
        Shape(LinkKind.BOARD, "/{user}/{board}/{section}", "https://www.pinterest.com/{user}/{board}/{section}/"),
        Shape(LinkKind.SHORT_LINK, "pin.it/{code}", "https://pin.it/{code}"),
    ),
)

REDDIT_WORDS = {
    "sub": folded(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}", "all popular mod friends random randnsfw"),
    "user": folded(r"[A-Za-z0-9_\-]{3,20}"),
    "post": folded(r"[A-Za-z0-9]{4,10}"),
    "comment": folded(r"[A-Za-z0-9]{4,10}"),
    "code": exact(r"[A-Za-z0-9]{6,20}"),
}

REDDIT_SITES = """
    reddit.com old.reddit.com new.reddit.com np.reddit.com m.reddit.com i.reddit.com amp.reddit.com sh.reddit.com
    ssl.reddit.com pay.reddit.com
"""
REDDIT_POST = "https://www.reddit.com/comments/{post}/"
REDDIT_COMMENT = "https://www.reddit.com/comments/{post}/comment/{comment}/"

REDDIT = NetworkRules(
    network=Network.REDDIT,
    hosts=tuple(REDDIT_SITES.split()),
    side_hosts=("redd.it",),
    countries=True,
    handle="https://www.reddit.com/user/{}/",
    words=REDDIT_WORDS,
    kinds={
        LinkKind.POST: Sample(say("a Reddit post"), "https://www.reddit.com/r/tea/comments/1abc23/"),
        LinkKind.COMMENT: Sample(say("a Reddit comment"), "https://www.reddit.com/comments/1abc23/comment/k4def56/"),
        LinkKind.SUBREDDIT: Sample(say("a subreddit"), "https://www.reddit.com/r/tea/"),
        LinkKind.PROFILE: Sample(say("a Reddit profile"), "https://www.reddit.com/user/northwind_tea/"),
        LinkKind.SHORT_LINK: Sample(say("a Reddit share link"), "https://www.reddit.com/r/tea/s/AbC1dE2fG3"),
    },
    shapes=(
        Shape(LinkKind.SHORT_LINK, "/r/{sub}/s/{code}", "https://www.reddit.com/r/{sub}/s/{code}"),
        Shape(LinkKind.SHORT_LINK, "/(u|user)/{user}/s/{code}", "https://www.reddit.com/user/{user}/s/{code}"),
        Shape(LinkKind.COMMENT, "(/(r|u|user)/[^/]+)?/comments/{post}/[^/]{1,200}/{comment}/*", REDDIT_COMMENT),
        Shape(
            LinkKind.POST,
            "/r/{sub}/comments/{post}(/[^/]{1,200})?",
            REDDIT_POST,
            address="https://www.reddit.com/r/{sub}/comments/{post}/",
        ),
        Shape(LinkKind.POST, "(/(u|user)/[^/]+)?/(comments|gallery)/{post}(/[^/]{1,200})?", REDDIT_POST),
        Shape(LinkKind.POST, "redd.it/{post}", REDDIT_POST),
        Shape(LinkKind.PROFILE, "/(u|user)/{user}/*", "https://www.reddit.com/user/{user}/"),
        Shape(LinkKind.PROFILE, "/r/u_{user}/*", "https://www.reddit.com/user/{user}/"),
        Shape(
            LinkKind.SUBREDDIT,
            "/r/{sub}(/(hot|new|top|rising|best|about|controversial))?",
            "https://www.reddit.com/r/{sub}/",
        ),
    ),
)
