"""What the API guide shows for checking a call tells genuine from forged ones, in each language."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sevenpanel.web.webhook_examples import SAMPLE, SHOWN_SECRET, verifying
from sevenpanel.webhooks.domain import signature_header

SECRET = "od_hook_" + "a1B2" * 10
BODY = b'{"events":[{"id":"ev_1","type":"order.changed"}]}'


def by_shell(header: str, folder: Path) -> str:
    return run(["sh", "check"], verifying().curl, header, folder)


def by_python(header: str, folder: Path) -> str:
    asks = "\nimport os\nbody = open('body.json', 'rb').read()\n"
    asks += "print('genuine' if is_genuine(os.environ['HEADER'], body) else 'forged')\n"
    return run([sys.executable, "check"], verifying().python + asks, header, folder)


def by_php(header: str, folder: Path) -> str:
    asks = "\necho is_genuine(getenv('HEADER'), file_get_contents('body.json')) ? 'genuine' : 'forged';\n"
    return run(["php", "check"], verifying().php + asks, header, folder)


def run(command: list[str], code: str, header: str, folder: Path) -> str:
    assert SHOWN_SECRET in code
    (folder / "check").write_text(code.replace(SHOWN_SECRET, SECRET))
    environment = {"HEADER": header, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


CHECKS: dict[str, Callable[[str, Path], str]] = {"sh": by_shell, "python": by_python, "php": by_php}


@pytest.mark.parametrize("language", CHECKS)
def test_genuine_calls_are_told_from_forged_and_old_ones(language: str, tmp_path: Path) -> None:
    if shutil.which("openssl" if language == "sh" else language if language != "python" else sys.executable) is None:
        pytest.skip(f"{language} is not installed here; the other languages check the same")
    check, now = CHECKS[language], int(time.time())
    (tmp_path / "body.json").write_bytes(BODY)

    assert check(signature_header([SECRET], BODY, at=now), tmp_path) == "genuine"
    assert check(signature_header(["another", SECRET], BODY, at=now), tmp_path) == "genuine"
    for forged in (
        signature_header(["another"], BODY, at=now),
        signature_header([SECRET], BODY + b" ", at=now),
        signature_header([SECRET], BODY, at=now).replace(f"t={now}", f"t={now + 1}"),
        signature_header([SECRET], BODY, at=now - 3_600),
        "",
        "v1=",
        f"t={now},v1=é",
    ):
        assert check(forged, tmp_path) in ("forged", "old"), forged


def test_the_event_of_the_guide_is_json() -> None:
    assert [event["status"] for event in json.loads(SAMPLE)["events"]] == ["Partial"]
