"""File attacks: refused or neutralised, each with a sentence (design: trust, S-9)."""

import io
import subprocess
import sys
import zlib

import pytest
from PIL import Image
from tests.database.support import pictures
from tests.database.support.pictures import HTML, PDF, SVG, ZIP, announced, picture, with_place

from sevenpanel.support.commands.cleaning import clean
from sevenpanel.support.domain import Upload
from sevenpanel.support.domain.files import FileKind, UnableToTakeFile, disposition, safe_name

JS_PDF = PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Type")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.png", b""),
        ("large.txt", b"x" * (6 * 1024 * 1024)),
        ("large.png", picture() + b"\0" * (6 * 1024 * 1024)),
        ("page.png", HTML),
        ("drawing.svg", SVG),
        ("drawing.png", SVG),
        ("page.html", HTML),
        ("archive.zip", ZIP),
        ("archive.png", ZIP),
        ("archive.txt", ZIP),
        ("archive.gz", b"\x1f\x8b\x08" + b"\0" * 20),
        ("bomb.txt", zlib.compress(b"\0" * 10**7)),
        ("huge.png", announced(50_000, 50_000)),
        ("wide.png", announced(12_000, 8_000)),
        ("over.png", announced(5_001, 5_000)),
        ("cut.png", picture()[:60]),
        ("cut.jpg", picture("JPEG", (400, 400))[:300]),
        ("marks.webp", b"RIFF\x00\x00\x00\x00WEBP" + b"x" * 50),
        ("script.pdf", JS_PDF),
        ("hidden.pdf", JS_PDF.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")),
        ("launch.pdf", PDF.replace(b"/Type", b"/A<</S/Launch/F(cmd.exe)>>/Type")),
        ("box.pdf", PDF.replace(b"/Type", b"/EmbeddedFiles 3 0 R/Type")),
        ("polyglot.pdf", PDF + ZIP + b"%%EOF"),
        ("cut.pdf", PDF[:40]),
        ("nul.txt", b"a\0b"),
        ("escape.txt", b"\x1b[2J"),
        ("latin.txt", "caf\xe9".encode("latin-1")),
        ("text.exe", b"plain words"),
    ],
)
def test_what_is_no_honest_file_is_refused_with_a_sentence(name: str, data: bytes) -> None:
    with pytest.raises(UnableToTakeFile) as refused:
        clean(Upload(name=name, data=data))

    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(("form", "kind"), [("PNG", FileKind.PNG), ("JPEG", FileKind.JPEG), ("WEBP", FileKind.WEBP)])
@pytest.mark.parametrize("tail", [b"", ZIP, HTML, b"<?php system($_GET['c']); ?>"])
def test_a_picture_is_painted_anew_and_what_hides_behind_it_is_gone(form: str, kind: FileKind, tail: bytes) -> None:
    taken = clean(Upload(name="photo.exe", data=picture(form) + tail))

    assert (taken.kind, taken.name) == (kind, f"photo.{kind}")
    assert not tail or tail not in taken.data
    with Image.open(io.BytesIO(taken.data)) as seen:
        assert seen.size == (40, 30)


def test_where_a_photograph_was_taken_is_gone() -> None:
    data = with_place()
    assert b"secret" in data

    taken = clean(Upload(name="IMG_1.jpg", data=data))

    assert b"secret" not in taken.data
    assert b"Exif" not in taken.data
    with Image.open(io.BytesIO(taken.data)) as seen:
        assert not seen.getexif()


def test_words_and_moving_pictures_inside_a_png_are_gone() -> None:
    written = io.BytesIO()
    frames = [Image.new("P", (10, 10), n) for n in (1, 2)]
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])

    taken = clean(Upload(name="a.png", data=written.getvalue()))

    assert b"acTL" not in taken.data
    assert pictures.picture() != taken.data


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.txt", "report.txt"),
        ("../../etc/passwd", "passwd.txt"),
        ("..\\..\\windows\\evil.exe", "evil.txt"),
        ("photo.png.exe", "photo_png.txt"),
        ("a\0b.png", "b.txt"),
        ("\u202egnp.exe", "gnp.txt"),
        ("x" * 300 + ".png", "x" * 80 + ".txt"),
        ('q"; filename="evil.html', "q_filename_evil.txt"),
        (".htaccess", "htaccess.txt"),
        ("", "file.txt"),
        ("...", "file.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_x_1.txt"),
        ("отчёт май.txt", "отчёт_май.txt"),
        ("CON:aux.txt", "CON_aux.txt"),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_name(given, FileKind.TEXT) == kept


def test_a_name_goes_into_its_header_as_rfc_6266_says() -> None:
    assert disposition("отчёт.txt") == (
        "attachment; filename=\"_____.txt\"; filename*=UTF-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.txt"
    )


def test_honest_text_and_pdf_stay_as_they_are() -> None:
    assert clean(Upload(name="Words.TXT", data="Grüße\n".encode())).kind is FileKind.TEXT
    assert clean(Upload(name="bill.pdf", data=PDF)).data == PDF


_PEAK = """
import resource, sys
import django; django.setup()
from sevenpanel.support.commands.cleaning import clean
from sevenpanel.support.domain import Upload
data = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
clean(Upload(name="a", data=data))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_the_largest_picture_that_is_taken_needs_at_most_200_mb(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lying on its side
    data = picture(form, (5_000, 5_000), exif=exif)

    done = subprocess.run([sys.executable, "-c", _PEAK], input=data, capture_output=True, check=True)

    assert int(done.stdout) <= 200
