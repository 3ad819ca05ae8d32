"""Draw the icons of the installed app as PNG: our mark, a seven on a rounded square.

    python scripts/icons.py

Each pixel asks how far it is from the edge of the square and from the strokes of the seven, so that edges are smooth at
any size. A maskable icon fills its whole square, because the device cuts its own shape out of it.
"""

import math
import struct
import zlib
from itertools import pairwise
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "src/sevenpanel/web/static/web"
GROUND, INK = (11, 107, 99), (255, 255, 255)
# In units of the 32 of favicon.svg: the corners of the seven, half of its stroke, the radius of the square.
CORNERS = ((10.0, 10.0), (22.0, 10.0), (15.0, 23.0))
HALF_STROKE, RADIUS, SIDE = 1.6, 9.0, 32.0


def to_stroke(x: float, y: float) -> float:
    """The distance to the nearer of the two strokes."""
    found = []
    for (ax, ay), (bx, by) in pairwise(CORNERS):
        dx, dy = bx - ax, by - ay
        part = min(1.0, max(0.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
        found.append(math.hypot(x - ax - part * dx, y - ay - part * dy))
    return min(found) - HALF_STROKE


def to_square(x: float, y: float) -> float:
    """The distance to the rounded square, negative inside."""
    half = SIDE / 2 - RADIUS
    dx, dy = abs(x - SIDE / 2) - half, abs(y - SIDE / 2) - half
    return math.hypot(max(dx, 0.0), max(dy, 0.0)) + min(max(dx, dy), 0.0) - RADIUS


def pixel(x: float, y: float, unit: float, *, is_maskable: bool) -> tuple[int, int, int, int]:
    """The colour of one pixel; `unit` is how wide it is."""
    ink = min(1.0, max(0.0, 0.5 - to_stroke(x, y) / unit))
    cover = 1.0 if is_maskable else min(1.0, max(0.0, 0.5 - to_square(x, y) / unit))
    red, green, blue = (round(low + (high - low) * ink) for low, high in zip(GROUND, INK, strict=True))
    return red, green, blue, round(255 * cover)


def png(size: int, *, is_maskable: bool) -> bytes:
    """The picture. A maskable one is drawn smaller, because up to a fifth of it may be cut off on each side."""
    scale = 1.3 if is_maskable else 1.0
    unit = SIDE / size * scale
    shift = SIDE * (1 - scale) / 2
    rows = []
    for row in range(size):
        line = bytearray(b"\0")
        for column in range(size):
            at = ((column + 0.5) * unit + shift, (row + 0.5) * unit + shift)
            line += bytes(pixel(*at, unit, is_maskable=is_maskable))
        rows.append(bytes(line))
    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def main() -> None:
    """Write all icons."""
    for name, size, is_maskable in (
        ("icon-180", 180, True),
        ("icon-192", 192, False),
        ("icon-512", 512, False),
        ("icon-maskable-512", 512, True),
    ):
        (FOLDER / f"{name}.png").write_bytes(png(size, is_maskable=is_maskable))


if __name__ == "__main__":
    main()
