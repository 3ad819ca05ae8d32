"""Ten thousand lines made to be slow are read in a process of their own, which is ended should they ever be."""

import subprocess
import sys

import pytest

# Far above what reading takes on any machine, far below what a quadratic or cubic reading would.
SECONDS_MAX = 180

READ = """
import sys
import django
django.setup()
from sevenpanel import links
from sevenpanel.web import mass_lines
read = mass_lines.read_lines("\\n".join([sys.argv[1]] * 2_000))
print(len(read), sum(isinstance(links.read_link(line.link), links.Link) for line in read))
"""

HOSTILE = {
    "separators": "1" + ";" * 3990 + "x y",
    "letters between separators": "1 " + ";a" * 1990 + " x y",
    "numbers between separators": "1" + " 1" * 1990 + " x",
    "digits": "1" * 3990 + " x y",
    "blanks of another script": "1" + "\u3000" * 3990 + "x y",
    "pipes": "1" + "|" * 3990,
    "a link of dots with no port": "1 | a" + "." * 2000 + ":x | 10",
    "a link of percent signs": "1 | https://t.me/" + "%25" * 600 + " | 10",
    "a link of slashes": "1 | https://vk.com" + "/a" * 900 + "! | 10",
}


@pytest.mark.parametrize("line", HOSTILE.values(), ids=HOSTILE.keys())
def test_two_thousand_lines_made_to_be_slow_are_read(line: str) -> None:
    """Z-5."""
    ran = subprocess.run(
        [sys.executable, "-c", READ, line], timeout=SECONDS_MAX, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "2000 0"
