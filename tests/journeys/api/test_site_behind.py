"""The site behind the door, in the same process on the same port; and the door that stands alone."""

import socket
import struct
import time
from pathlib import Path

import httpx
import pytest
from tests.served import Client, Served, serving

pytestmark = pytest.mark.django_db(transaction=True)


def test_everything_but_the_door_is_the_site(door: Served) -> None:
    assert httpx.get(f"{door.site}/livez").text == "alive\n"
    assert httpx.get(f"{door.site}/readyz").text == "ready\n"
    assert httpx.get(f"{door.site}/accounts/login/").headers["content-type"].startswith("text/html")
    assert httpx.get(f"{door.site}/api/v1").status_code == 404


def test_bytes_that_are_no_ascii_reach_the_site_unharmed(door: Served) -> None:
    with socket.create_connection(("127.0.0.1", door.port), timeout=30) as line:
        line.sendall(b"GET /livez?q=\xc3\xa9%FF HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n")
        reply = b"".join(iter(lambda: line.recv(65536), b""))
    assert reply.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))


def test_visitors_who_leave_in_the_middle_keep_no_thread(door: Served) -> None:
    """More of them than there are threads: half in the middle of a big file, half in the middle of a form."""
    for _ in range(20):
        leave_after(door, b"GET /static/django_htmx/htmx-2.js HTTP/1.1\r\nHost: desk\r\n\r\n")
        leave_after(door, b"POST /accounts/login/ HTTP/1.1\r\nHost: desk\r\nContent-Length: 100\r\n\r\nlogin=a")
    assert httpx.get(f"{door.site}/readyz", timeout=10).text == "ready\n"


def leave_after(door: Served, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", door.port), timeout=30) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(request)
        time.sleep(0.02)  # so that the site has begun


def test_keys_never_reach_a_line_of_the_log(door: Served, api: Client, service: int) -> None:
    httpx.get(door.url, params={"key": api.key, "action": "balance"})
    httpx.post(door.url, json={"key": api.key, "action": "add", "service": service, "link": "\x00"})
    httpx.get(f"{door.site}/nowhere", params={"key": api.key})
    api("balance")
    assert api.key not in door.screen.read_text(errors="replace")


def test_the_door_can_stand_alone(home: Path, api: Client) -> None:
    with serving(home, only="api") as alone:
        assert alone.client(api.key)("balance")["balance"] == "10.00"
        assert httpx.get(f"{alone.site}/livez").text == "alive\n"
        elsewhere = httpx.get(f"{alone.site}/accounts/login/")
        assert (elsewhere.status_code, elsewhere.text) == (404, "Only /api/v2 is served here.\n")
