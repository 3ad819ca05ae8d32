"""Files made harmless: pictures are decoded and written anew, so that nothing but what is seen goes on (S-9)."""

import hashlib
import io
import threading
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from sevenpanel.kernel.files import (
    BYTES_MAX,
    IMAGES,
    PIXELS_MAX,
    SIDE_KEPT_MAX,
    FileKind,
    UnableToTakeFile,
    kind_of,
    safe_name,
)
from sevenpanel.kernel.said import Count, say

_FORMATS = {FileKind.PNG: "PNG", FileKind.JPEG: "JPEG", FileKind.WEBP: "WEBP"}
assert _FORMATS.keys() == IMAGES
_MODES = frozenset({"RGB", "RGBA", "L", "LA"})
# A decoded picture may take 100 MB: one at a time in each process.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanFile:
    """A file that can be kept and handed out."""

    name: str
    kind: FileKind
    data: bytes
    sha256: bytes


def clean(name: str, data: bytes) -> CleanFile:
    """Check a file and make it harmless.

    :param name: as its sender called it.
    :raises UnableToTakeFile: when it is not taken, with the sentence why.
    """
    kind = kind_of(name, data)
    kept = data if kind not in IMAGES else _painted_anew(data, kind)
    return CleanFile(name=safe_name(name, kind), kind=kind, data=kept, sha256=hashlib.sha256(kept).digest())


def _painted_anew(data: bytes, kind: FileKind) -> bytes:
    with _one_at_a_time:
        try:
            return _encoded(data, kind)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise UnableToTakeFile(_too_many_pixels()) from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
            raise UnableToTakeFile(say("This picture is damaged, or is none.")) from error


def _encoded(data: bytes, kind: FileKind) -> bytes:
    with Image.open(io.BytesIO(data), formats=(_FORMATS[kind],)) as picture:
        # Only the header has been read so far.
        if picture.width * picture.height > PIXELS_MAX:
            raise UnableToTakeFile(_too_many_pixels())
        picture.thumbnail((SIDE_KEPT_MAX, SIDE_KEPT_MAX))
        ImageOps.exif_transpose(picture, in_place=True)
        plain = picture if picture.mode in _MODES else picture.convert(_mode(picture))
        plain.info.clear()
        written = io.BytesIO()
        plain.save(written, _FORMATS[kind], exif=b"", icc_profile=None, **_QUALITY[kind])
    # Some pictures grow; this bound keeps the quota meaningful.
    if written.tell() > 4 * BYTES_MAX:
        raise UnableToTakeFile(say("This picture is too large when it is written anew. Make it smaller."))
    return written.getvalue()


_QUALITY: dict[FileKind, dict[str, int]] = {
    FileKind.PNG: {"compress_level": 6},
    FileKind.JPEG: {"quality": 90},
    FileKind.WEBP: {"quality": 90},
}
assert _QUALITY.keys() == IMAGES


def _mode(picture: Image.Image) -> str:
    return "RGBA" if picture.has_transparency_data else "RGB"


def _too_many_pixels() -> str:
    millions = Count(PIXELS_MAX // 1_000_000, False)
    return say("A picture has at most %(n)s million pixels. Send a smaller one.", n=millions)
