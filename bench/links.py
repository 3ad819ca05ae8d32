"""How long read_link takes: `.venv/bin/python bench/links.py`.

Two questions: does hostile input of 100 kB cost more than 50 ms (it must not), and what does the worst text that is
short enough to be read cost, beside an ordinary link. Exit status 1 when the first answer is yes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from sevenpanel.links import EXAMPLES, Network, read_link

HOSTILE_SIZE = 100_000
READABLE_SIZE = 2048
LIMIT_MS = 50.0
ROUNDS = 20

# A beginning, and what is repeated behind it until the size is reached.
SHAPES: Mapping[str, tuple[str, str]] = {
    "letters": ("https://example.com/", "a"),
    "slashes": ("https://example.com/", "/"),
    "dot segments": ("https://example.com", "/.."),
    "percent signs": ("https://example.com/", "%"),
    "encoded letters": ("https://example.com/", "%41"),
    "letters to encode": ("https://example.com/", "\u0447"),
    "parameters": ("https://example.com/?", "a=1&"),
    "parameters of a network": ("https://t.me/northwind_news?", "a=1&"),
    "equal parameters": ("https://vk.com/feed?", "w=wall-1_2&"),
    "labels": ("https://", "a."),
    "labels of a network": ("https://", "t.me."),
    "one long label": ("https://", "\u00e9"),
    "hyphens before an id": ("https://www.facebook.com/", "a-1"),
    "digits": ("https://www.facebook.com/events/", "1"),
    "slug without an end": ("https://www.linkedin.com/posts/", "-activity-1"),
    "two hyphens": ("https://www.pinterest.com/pin/", "a--"),
    "segments": ("https://www.facebook.com", "/photos"),
    "brackets": ("https://", "["),
    "at signs": ("", "@"),
    "blanks": ("", " "),
    "line breaks": ("https://t.me/a", "\n"),
    "colons": ("", "a:"),
    "app link": ("spotify", ":a"),
    "base64": ("https://www.instagram.com/s/", "aGln"),
}


def text_of(beginning: str, repeated: str, size: int) -> str:
    """This function makes a text of exactly this size."""
    return (beginning + repeated * (size // len(repeated) + 1))[:size]


def worst_ms(text: str) -> float:
    """This function gives the slowest of several readings, with and without a hint, in milliseconds."""
    slowest = 0.0
    for turn in range(ROUNDS):
        started = time.perf_counter()
        read_link(text, Network.TELEGRAM if turn % 2 else None)
        slowest = max(slowest, time.perf_counter() - started)
    return slowest * 1000


def main() -> int:
    """This function prints a line per shape and gives the exit status."""
    worst = 0.0
    print(f"{'shape':<26}{f'{HOSTILE_SIZE} characters':>20}{f'{READABLE_SIZE} characters':>20}")
    for name, (beginning, repeated) in SHAPES.items():
        hostile = worst_ms(text_of(beginning, repeated, HOSTILE_SIZE))
        longest = worst_ms(text_of(beginning, repeated, READABLE_SIZE))
        worst = max(worst, hostile, longest)
        print(f"{name:<26}{hostile:>17.3f} ms{longest:>17.3f} ms")
    ordinary = sum(map(worst_ms, EXAMPLES.values())) / len(EXAMPLES)
    print(f"an ordinary link: {ordinary:.3f} ms; the worst of all: {worst:.3f} ms of {LIMIT_MS} ms")
    return 0 if worst < LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
