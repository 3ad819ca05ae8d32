"""What a page weighs on the line, as a browser counts it: bytes with headers by kind, requests, hosts (ux, B3)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import CDPSession, Page


@dataclass
class Weight:
    """What came over the line, in bytes with headers, by kind."""

    by_kind: Counter[str] = field(default_factory=Counter)
    hosts: set[str] = field(default_factory=set)
    requests: int = 0
    kinds: dict[str, str] = field(default_factory=dict)

    def listen(self, page: Page) -> CDPSession:
        """Count from now on, until the session is detached."""
        line = page.context.new_cdp_session(page)
        line.on("Network.responseReceived", self._answered)
        line.on("Network.loadingFinished", self._arrived)
        line.send("Network.enable")
        return line

    def _answered(self, told: Any) -> None:
        url = told["response"]["url"]
        if url.startswith("data:"):
            return
        self.kinds[told["requestId"]] = told["type"]
        self.hosts.add(url.split("/")[2])
        self.requests += 0 if told["response"].get("fromDiskCache") else 1

    def _arrived(self, told: Any) -> None:
        if told["requestId"] in self.kinds:
            self.by_kind[self.kinds[told["requestId"]]] += int(told["encodedDataLength"])

    @property
    def total(self) -> int:
        """All together."""
        return self.by_kind.total()
