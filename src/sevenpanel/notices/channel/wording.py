"""A notice as a post of the channel: Telegram's HTML, in which everything that somebody wrote is escaped (S-7)."""

from html import escape

# Telegram counts UTF-16 units of the text after its markup is read.
UNITS_MAX = 4096


def post_of(*, kind: str, about: str, text: str) -> str:
    """The post: what it is about in bold, then the words. Too long a text is cut between characters.

    Only our own `<b>` is markup. A name or a text can add no tag and no hidden link.
    """
    head = cut(f"{kind}: {about}", UNITS_MAX // 4)
    body = cut(text, UNITS_MAX - units(head) - 2)
    return f"<b>{escape(head, quote=False)}</b>\n\n{escape(body, quote=False)}"


def units(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, most: int) -> str:
    """The text, or its beginning with a mark, in at most so many units."""
    if units(text) <= most:
        return text
    left, kept = most - 1, []
    for sign in text:
        left -= 2 if ord(sign) > 0xFFFF else 1
        if left < 0:
            break
        kept.append(sign)
    return "".join(kept) + "…"
