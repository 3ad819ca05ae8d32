"""Spotify and SoundCloud."""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import ANY_LETTER, NetworkRules, Sample, Shape, exact, folded

SPOTIFY_WORDS = {
    "id": exact(r"[A-Za-z0-9]{22}"),
    "user": folded(rf"{ANY_LETTER}{{1,60}}"),
    "code": exact(r"[A-Za-z0-9]{6,24}"),
}

# The language of the page, the player for other sites, and the two of them together, in front of any path.
LEAD = "(/intl-[a-z]{2,5}(-[a-z]{2,5})?)?(/embed(-podcast)?)?"
ID_KINDS = {
    LinkKind.TRACK: say("a Spotify track"),
    LinkKind.ALBUM: say("a Spotify album"),
    LinkKind.ARTIST: say("a Spotify artist"),
    LinkKind.PLAYLIST: say("a Spotify playlist"),
    LinkKind.SHOW: say("a Spotify podcast"),
    LinkKind.EPISODE: say("a Spotify episode"),
}

SPOTIFY = NetworkRules(
    network=Network.SPOTIFY,
    hosts=("open.spotify.com", "play.spotify.com"),
    side_hosts=("spotify.com", "spoti.fi", "spotify.link", "spotify.app.link"),
    words=SPOTIFY_WORDS,
    kinds={
        kind: Sample(name, f"https://open.spotify.com/{kind}/4aB1cD2eF3gH4iJ5kL6mN7") for kind, name in ID_KINDS.items()
    }
    | {
        LinkKind.PROFILE: Sample(say("a Spotify profile"), "https://open.spotify.com/user/northwindtea"),
        LinkKind.SHORT_LINK: Sample(say("a Spotify share link"), "https://spotify.link/AbC1dE2fG3h"),
    },
    shapes=(
        *(Shape(kind, f"{LEAD}/{kind}/{{id}}/*", f"https://open.spotify.com/{kind}/{{id}}") for kind in ID_KINDS),
        Shape(LinkKind.PLAYLIST, f"{LEAD}/user/[^/]+/playlist/{{id}}", "https://open.spotify.com/playlist/{id}"),
        Shape(LinkKind.PROFILE, f"{LEAD}/user/{{user}}(/playlists)?", "https://open.spotify.com/user/{user}"),
        *(
            Shape(LinkKind.SHORT_LINK, f"{host}/{{code}}", f"https://{host}/{{code}}")
            for host in ("spoti.fi", "spotify.link", "spotify.app.link")
        ),
    ),
)

SOUNDCLOUD_RESERVED = """
    charts community-guidelines discover download feed forgot go imprint jobs likes logout messages mobile
    notifications pages people popular premium press pro search settings signin stations stream tags terms-of-use
    tracks upload videos you
"""
ARTIST_TABS = "albums|comments|followers|following|likes|popular-tracks|reposts|sets|spotlight|tracks"

SOUNDCLOUD_WORDS = {
    "user": folded(r"[A-Za-z0-9_\-]{2,50}", SOUNDCLOUD_RESERVED),
    "track": folded(r"[A-Za-z0-9_\-]{1,200}", ARTIST_TABS.replace("|", " ")),
    "set": folded(r"[A-Za-z0-9_\-]{1,200}"),
    "secret": exact(r"s-[A-Za-z0-9]{5,30}"),
    "code": exact(r"[A-Za-z0-9]{5,40}"),
}

TRACK = "https://soundcloud.com/{user}/{track}"
SET = "https://soundcloud.com/{user}/sets/{set}"

SOUNDCLOUD = NetworkRules(
    network=Network.SOUNDCLOUD,
    hosts=("soundcloud.com", "m.soundcloud.com"),
    side_hosts=("on.soundcloud.com",),
    handle="https://soundcloud.com/{}",
    words=SOUNDCLOUD_WORDS,
    kinds={
        LinkKind.TRACK: Sample(say("a SoundCloud track"), "https://soundcloud.com/northwind-tea/kettle-song"),
        LinkKind.PROFILE: Sample(say("a SoundCloud profile"), "https://soundcloud.com/northwind-tea"),
        LinkKind.PLAYLIST: Sample(
            say("a SoundCloud playlist"), "https://soundcloud.com/northwind-tea/sets/first-flush"
        ),
        LinkKind.SHORT_LINK: Sample(say("a SoundCloud share link"), "https://on.soundcloud.com/AbC1dE2fG3"),
    },
    shapes=(
        Shape(LinkKind.SHORT_LINK, "on.soundcloud.com/{code}", "https://on.soundcloud.com/{code}"),
        # The secret opens an unlisted track; the track is the same with every secret, and the address keeps it.
        Shape(LinkKind.PLAYLIST, "/{user}/sets/{set}/{secret}", SET, address=SET + "/{secret}"),
        Shape(LinkKind.PLAYLIST, "/{user}/sets/{set}", SET),
        Shape(LinkKind.PROFILE, f"/@?{{user}}(/({ARTIST_TABS}))?", "https://soundcloud.com/{user}"),
        Shape(LinkKind.TRACK, "/{user}/{track}/{secret}", TRACK, address=TRACK + "/{secret}"),
        Shape(LinkKind.TRACK, "/{user}/{track}(/(likes|reposts|comments|recommended|sets))?", TRACK),
    ),
)
