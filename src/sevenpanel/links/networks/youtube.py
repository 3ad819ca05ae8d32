"""YouTube. One id per video: watch, Shorts, live, embed and youtu.be are spellings of one target.

A Short and a stream keep their kind and their address, because services for them differ.
"""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import ANY_LETTER, NetworkRules, Sample, Shape, exact, folded

RESERVED = """
    about account ads attribution_link audiolibrary browse c channel channels clip creators creatoracademy dashboard
    e embed error feed feeds gaming gen_204 hashtag howyoutubeworks index kids library live live_chat live_dashboard
    logout movies music my_videos new news oembed paid_memberships playables player playlist playlists post premium
    press profile redirect reporthistory results share_music shorts show signin signup source sports storefront t
    testtube trailers trending tv upload user v verify watch watch_videos yt ytb ytscframe
"""
CHANNEL_TABS = (
    "about|channels|community|featured|live|membership|playlists|podcasts|posts|releases|search|shorts|store|streams"
    "|videos"
)

WORDS = {
    "video": exact(r"[A-Za-z0-9_\-]{11}"),
    "playlist": exact(r"(?!(?:WL|LL|LM)$)[A-Za-z0-9_\-]{2,64}"),
    "comment": exact(r"[A-Za-z0-9_\-]{10,60}(?:\.[A-Za-z0-9_\-]{10,60})?"),
    "channel": exact(r"UC[A-Za-z0-9_\-]{22}"),
    "post": exact(r"Ug[A-Za-z0-9_\-]{10,80}"),
    "clip": exact(r"Ug[A-Za-z0-9_\-]{10,80}"),
    "handle": folded(rf"{ANY_LETTER}{{3,30}}"),
    "custom": folded(rf"{ANY_LETTER}{{1,100}}", RESERVED),
    "user": folded(r"[A-Za-z0-9_\-.]{1,60}"),
}

VIDEO = "https://www.youtube.com/watch?v={video}"
COMMENT = VIDEO + "&lc={comment}"
POST = "https://www.youtube.com/post/{post}"
PLAYLIST = "https://www.youtube.com/playlist?list={playlist}"
BY_PATH = ("/(embed|v|e|watch)/{video}/*", "youtu.be/{video}/*")

SHAPES = (
    Shape(LinkKind.PLAYLIST, "/embed/videoseries", PLAYLIST, query={"list": "playlist"}),
    Shape(LinkKind.COMMENT, "/watch", COMMENT, query={"v": "video", "lc": "comment"}),
    Shape(LinkKind.COMMENT, "/shorts/{video}", COMMENT, query={"lc": "comment"}),
    *(Shape(LinkKind.COMMENT, path, COMMENT, query={"lc": "comment"}) for path in BY_PATH),
    Shape(LinkKind.VIDEO, "/watch", VIDEO, query={"v": "video"}),
    Shape(LinkKind.VIDEO, "youtu.be/watch", VIDEO, query={"v": "video"}),
    *(Shape(LinkKind.VIDEO, path, VIDEO) for path in BY_PATH),
    Shape(LinkKind.SHORT, "/shorts/{video}/*", VIDEO, address="https://www.youtube.com/shorts/{video}"),
    Shape(LinkKind.LIVE, "/live/{video}/*", VIDEO, address="https://www.youtube.com/live/{video}"),
    Shape(LinkKind.PLAYLIST, "/(playlist|watch)", PLAYLIST, query={"list": "playlist"}),
    Shape(LinkKind.PLAYLIST, "/browse/VL{playlist}", PLAYLIST),
    Shape(LinkKind.CLIP, "/clip/{clip}", "https://www.youtube.com/clip/{clip}"),
    Shape(LinkKind.POST, "/post/{post}", POST),
    Shape(LinkKind.POST, "/(channel/{channel}|@{handle})/(community|posts)", POST, query={"lb": "post"}),
    Shape(LinkKind.CHANNEL, f"/channel/{{channel}}(/({CHANNEL_TABS}))?", "https://www.youtube.com/channel/{channel}"),
    Shape(LinkKind.CHANNEL, f"/@{{handle}}(/({CHANNEL_TABS}))?", "https://www.youtube.com/@{handle}"),
    Shape(LinkKind.CHANNEL, f"/user/{{user}}(/({CHANNEL_TABS}))?", "https://www.youtube.com/user/{user}"),
    Shape(LinkKind.CHANNEL, f"(/c)?/{{custom}}(/({CHANNEL_TABS}))?", "https://www.youtube.com/c/{custom}"),
)

YOUTUBE = NetworkRules(
    network=Network.YOUTUBE,
    hosts=("youtube.com", "m.youtube.com", "music.youtube.com", "gaming.youtube.com", "youtube-nocookie.com"),
    side_hosts=("youtu.be",),
    handle="https://www.youtube.com/@{}",
    words=WORDS,
    kinds={
        LinkKind.CHANNEL: Sample(say("a YouTube channel"), "https://www.youtube.com/@northwindtea"),
        LinkKind.VIDEO: Sample(say("a YouTube video"), "https://www.youtube.com/watch?v=aB1cD2eF3gH"),
        LinkKind.SHORT: Sample(say("a YouTube Short"), "https://www.youtube.com/shorts/aB1cD2eF3gH"),
        LinkKind.LIVE: Sample(say("a YouTube live stream"), "https://www.youtube.com/live/aB1cD2eF3gH"),
        LinkKind.PLAYLIST: Sample(say("a YouTube playlist"), "https://www.youtube.com/playlist?list=PLaB1cD2eF3gH4iJ5"),
        LinkKind.COMMENT: Sample(
            say("a YouTube comment"), "https://www.youtube.com/watch?v=aB1cD2eF3gH&lc=UgwAbCdEfGhIjKlMnOp4AaABAg"
        ),
        LinkKind.POST: Sample(say("a YouTube community post"), "https://www.youtube.com/post/UgkxAbCdEfGhIjKlMnOpQrSt"),
        LinkKind.CLIP: Sample(say("a YouTube clip"), "https://www.youtube.com/clip/UgkxUvWxYzAbCdEfGhIjKlMn"),
    },
    shapes=SHAPES,
)
