"""Screenshots compared with each other within one run, so that no machine's own fonts and edges matter (B-CFG, 7)."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageChops
from playwright.sync_api import Page

Box = tuple[int, int, int, int]
Colour = tuple[int, int, int]
# Of 255: less than between two colours of the site, more than where an edge is drawn anew.
SEEN = 3


def shot(page: Page) -> Image.Image:
    """What the window shows now."""
    return Image.open(BytesIO(page.screenshot())).convert("RGB")


def main_colour(picture: Image.Image, box: Box | None = None) -> Colour:
    """The colour that most of a picture, or of a part of it, has."""
    part = picture.crop(box) if box else picture
    counted = part.getcolors(maxcolors=part.width * part.height)
    assert counted
    colour = max(counted)[1]
    assert isinstance(colour, tuple)
    return colour[0], colour[1], colour[2]


def differing(one: Image.Image, other: Image.Image, boxes: Sequence[Box] = ()) -> float:
    """The share of pixels that differ visibly, from 0 to 1; within these boxes, if there are any."""
    seen = _seen(one, other)
    parts = [seen.crop(box) for box in boxes] or [seen]
    return sum(part.histogram()[255] for part in parts) / sum(part.width * part.height for part in parts)


def differing_beside(one: Image.Image, other: Image.Image, box: Box) -> float:
    """The share of all pixels that differ visibly and lie outside of a box."""
    seen = _seen(one, other)
    seen.paste(0, box)
    return float(seen.histogram()[255]) / (seen.width * seen.height)


def _seen(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where the pictures differ in any channel by more than edges do."""
    bands = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point([0] * (SEEN + 1) + [255] * (255 - SEEN))
