"""Discord and WhatsApp: the networks where one is let in by an invite."""

from __future__ import annotations

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network
from sevenpanel.links.shapes import DeadEnd, NetworkRules, Sample, Shape, Word, counted, exact, number

DISCORD_WORDS = {
    # Codes made by Discord tell upper from lower case, so none is folded, though a chosen one could be.
    "code": exact(r"[A-Za-z0-9\-]{2,40}"),
    "server": counted(20),
    "channel": counted(20),
    "message": counted(20),
    "user": counted(20),
}

INVITE = "https://discord.gg/{code}"

DISCORD = NetworkRules(
    network=Network.DISCORD,
    hosts=("discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"),
    side_hosts=("discord.gg",),
    words=DISCORD_WORDS,
    kinds={
        LinkKind.INVITE: Sample(say("a Discord invite link"), "https://discord.gg/AbC1dE2f"),
        LinkKind.POST: Sample(
            say("a Discord message"),
            "https://discord.com/channels/1101234567890123456/1201234567890123456/1301234567890123456",
        ),
        LinkKind.PROFILE: Sample(say("a Discord profile"), "https://discord.com/users/1001234567890123456"),
    },
    shapes=(
        Shape(LinkKind.INVITE, "discord.gg(/invite)?/{code}", INVITE),
        Shape(LinkKind.INVITE, "/invite/{code}", INVITE),
        Shape(
            LinkKind.POST,
            "/channels/{server}/{channel}/{message}",
            "https://discord.com/channels/{server}/{channel}/{message}",
        ),
        Shape(LinkKind.PROFILE, "/users/{user}", "https://discord.com/users/{user}"),
    ),
    dead_ends=(
        DeadEnd(
            "/channels/[^/]+(/[0-9]+)?",
            say(
                "A Discord server opens only with its invite link. Paste that one, for example https://discord.gg/AbC1dE2f."
            ),
        ),
    ),
)

WHATSAPP_WORDS = {
    "channel": exact(r"[A-Za-z0-9]{15,40}"),
    "post": counted(12),
    "invite": exact(r"[A-Za-z0-9]{15,40}"),
    "phone": Word(r"\+?[1-9][0-9]{6,14}", form=lambda text: number(text.removeprefix("+"))),
}

CHANNEL = "https://whatsapp.com/channel/{channel}"
PROFILE = "https://wa.me/{phone}"

WHATSAPP = NetworkRules(
    network=Network.WHATSAPP,
    hosts=("whatsapp.com",),
    side_hosts=("chat.whatsapp.com", "api.whatsapp.com", "web.whatsapp.com", "wa.me"),
    words=WHATSAPP_WORDS,
    kinds={
        LinkKind.CHANNEL: Sample(say("a WhatsApp channel"), "https://whatsapp.com/channel/0029VaAbC1dE2fG3hI4jK5l"),
        LinkKind.POST: Sample(
            say("an update in a WhatsApp channel"), "https://whatsapp.com/channel/0029VaAbC1dE2fG3hI4jK5l/105"
        ),
        LinkKind.INVITE: Sample(say("a WhatsApp group invite"), "https://chat.whatsapp.com/AbC1dE2fG3hI4jK5lM6nO7"),
        LinkKind.PROFILE: Sample(say("a WhatsApp number"), "https://wa.me/15550100123"),
    },
    shapes=(
        Shape(LinkKind.POST, "(wa.me)?/channel/{channel}/{post}", CHANNEL + "/{post}"),
        Shape(LinkKind.CHANNEL, "(wa.me)?/channel/{channel}", CHANNEL),
        Shape(LinkKind.INVITE, "chat.whatsapp.com(/invite)?/{invite}", "https://chat.whatsapp.com/{invite}"),
        Shape(LinkKind.PROFILE, "wa.me/{phone}", PROFILE),
        Shape(LinkKind.PROFILE, "(api.whatsapp.com|web.whatsapp.com)?/send/*", PROFILE, query={"phone": "phone"}),
    ),
)
