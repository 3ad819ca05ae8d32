"""Links that orders of the large demo are for: of the right shape, and nobody's."""

from collections.abc import Collection

SHAPES = {
    "discord/invite": "https://discord.gg/N{:07d}",
    "facebook/page": "https://www.facebook.com/northwind.{}",
    "instagram/post": "https://www.instagram.com/p/Cx1a{:07d}/",
    "instagram/profile": "https://www.instagram.com/northwind.{}/",
    "linkedin/company": "https://www.linkedin.com/company/northwind-{}",
    "pinterest/pin": "https://www.pinterest.com/pin/8012345{:011d}/",
    "reddit/post": "https://www.reddit.com/r/tea/comments/1a{:06d}/",
    "soundcloud/track": "https://soundcloud.com/northwind-tea/kettle-song-{}",
    "spotify/artist": "https://open.spotify.com/artist/4aB1cD2eF3gH4i{:08d}",
    "spotify/show": "https://open.spotify.com/show/4aB1cD2eF3gH4i{:08d}",
    "spotify/track": "https://open.spotify.com/track/4aB1cD2eF3gH4i{:08d}",
    "telegram/channel": "https://t.me/northwind_{}",
    "telegram/invite": "https://t.me/+Ab1Cd2Ef3{:07d}",
    "threads/profile": "https://www.threads.com/@northwind.{}",
    "tiktok/profile": "https://www.tiktok.com/@northwind.{}",
    "tiktok/video": "https://www.tiktok.com/@northwind.tea/video/7301234{:012d}",
    "twitch/channel": "https://www.twitch.tv/northwind_{}",
    "vk/group": "https://vk.com/club123{:06d}",
    "vk/post": "https://vk.com/wall-123456789_{}",
    "website/page": "https://northwind.example/page-{}",
    "whatsapp/channel": "https://whatsapp.com/channel/0029VaAbC1dE2fG3{:07d}",
    "x/post": "https://x.com/northwind_tea/status/1701234{:012d}",
    "x/profile": "https://x.com/northwind_{}",
    "youtube/channel": "https://www.youtube.com/@northwind.{}",
    "youtube/video": "https://www.youtube.com/watch?v=aB1{:08d}",
}


def target(accepts: Collection[str], number: int) -> str:
    """A link that a service takes, another one for each number.

    :raises StopIteration: for a service none of whose kinds of link has a shape here.
    """
    return next(SHAPES[tag] for tag in sorted(accepts) if tag in SHAPES).format(number)
