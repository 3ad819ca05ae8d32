"""What reading a link gives: a Link, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sevenpanel.kernel.said import say
from sevenpanel.links.kinds import LinkKind, Network


@dataclass(frozen=True, slots=True)
class Link:
    """What a customer's link points at.

    `target` is the identity: spellings of one thing share it, two things never do. `address` is the tidy form of
    what was typed, for showing and for sending on; it keeps what the identity must ignore (that a video was given
    as a Short, the author's name in front of a post's number). Compare targets, send addresses.
    """

    network: Network
    kind: LinkKind
    target: str
    is_private: bool
    address: str

    @property
    def tag(self) -> str:
        """This property is what services list among the kinds they accept, such as "telegram/channel"."""
        return f"{self.network}/{self.kind}"


class UnreadableReason(StrEnum):
    """Why a text is not a link that an order can be made for."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    INVISIBLE_CHARACTER = "invisible_character"
    BROKEN_TEXT = "broken_text"
    WHITESPACE = "whitespace"
    BAD_CHARACTER = "bad_character"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    HANDLE = "handle"
    NOT_A_LINK = "not_a_link"
    HOST = "host"
    IP_ADDRESS = "ip_address"
    PRIVATE_HOST = "private_host"
    PORT = "port"
    NOT_ORDERABLE = "not_orderable"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A refusal: the reason for the program, the sentence for the customer."""

    reason: UnreadableReason
    sentence: str


SENTENCES: dict[UnreadableReason, str] = {
    UnreadableReason.EMPTY: say("The link is empty. Paste the full address, for example https://t.me/northwind_news."),
    UnreadableReason.TOO_LONG: say(
        "The link is longer than 2048 characters. Paste only the address of the page, "
        "for example https://t.me/northwind_news."
    ),
    UnreadableReason.CONTROL_CHARACTER: say(
        "The link contains a line break or another control character. Paste one link on one line, "
        "for example https://t.me/northwind_news."
    ),
    UnreadableReason.INVISIBLE_CHARACTER: say(
        "The link contains invisible characters that can disguise where it leads. Type it by hand, "
        "for example https://t.me/northwind_news."
    ),
    UnreadableReason.BROKEN_TEXT: say(
        "The link contains characters that did not arrive intact. Copy it again from the address bar, "
        "for example https://t.me/northwind_news."
    ),
    UnreadableReason.WHITESPACE: (
        say("The link contains a space. Paste one link without spaces, for example https://t.me/northwind_news.")
    ),
    UnreadableReason.BAD_CHARACTER: say(
        'The link contains one of the characters < > " \\ that no link may have. Copy it again from the address '
        "bar, for example https://t.me/northwind_news."
    ),
    UnreadableReason.SCHEME: say(
        "Only web links can be ordered for. Paste an address that starts with https://, "
        "for example https://t.me/northwind_news."
    ),
    UnreadableReason.USERINFO: say(
        "The link contains an @ before the name of the site, as e-mail addresses and disguised links do. Paste the "
        "plain address, for example https://t.me/northwind_news."
    ),
    UnreadableReason.HANDLE: say(
        "A bare name does not say which network it belongs to. Paste the full address, "
        "for example https://t.me/northwind_news."
    ),
    UnreadableReason.NOT_A_LINK: say(
        "This is not a link: the name of a site, such as t.me, is missing. Paste the full address, "
        "for example https://t.me/northwind_news."
    ),
    UnreadableReason.HOST: say(
        "The name of the site in this link is not a valid one. Copy it again from the address bar, "
        "for example https://example.com/shop."
    ),
    UnreadableReason.IP_ADDRESS: say(
        "The link names a computer by its number instead of a site by its name, so nobody can tell whose it is. "
        "Paste an address with a name, for example https://example.com/shop."
    ),
    UnreadableReason.PRIVATE_HOST: say(
        "The link leads into a private network, which visitors cannot reach. Paste a public address, "
        "for example https://example.com/shop."
    ),
    UnreadableReason.PORT: (
        say("The port number in this link cannot be used. Leave it out, for example https://example.com/shop.")
    ),
    UnreadableReason.NOT_ORDERABLE: say(
        "This address leads to nothing that can be ordered for. Paste the address of the page itself, "
        "for example https://t.me/northwind_news."
    ),
}
assert SENTENCES.keys() == set(UnreadableReason)


class LinkError(Exception):
    """Raised while reading, caught by read_link: nobody outside of this room sees it."""

    def __init__(self, reason: UnreadableReason, sentence: str | None = None) -> None:
        super().__init__(reason)
        self.unreadable = Unreadable(reason, sentence or SENTENCES[reason])
