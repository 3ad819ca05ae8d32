"""The status page fits and can be read, on the site and as files beside no desk at all."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from tests.browser.conftest import NewTab
from tests.browser.looking import look
from tests.shop import add_service

from sevenpanel.launch import status_files
from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.terms import NoticeKind, Scope

DAY = timedelta(days=1)


def test_the_status_page_fits_and_can_be_read(new_tab: NewTab, tmp_path: Path) -> None:
    tab, now = new_tab(), timezone.now()
    add_service()
    add_service("Posts", network="instagram", accepts=("instagram/post",))
    for ago, lasts in ((60, 1), (30, 3), (10, 1), (1, 2)):
        began = now - ago * DAY
        said = Draft(
            kind=NoticeKind.DELAY,
            scope=Scope.NETWORK,
            subject="telegram",
            text="Telegram is slow; orders take longer than usual.",
            in_force_until=began + lasts * DAY,
        )
        notices.publish(draft=said, written_by="operator", now=began)
    status_files.write(tmp_path / "files", url="")

    for name, address in {
        "status": f"{tab.base}/status/",
        "status-files": f"file://{tmp_path}/files/index.html",
    }.items():
        tab.base = address.rpartition("/")[0] if name == "status-files" else tab.base
        tab.page.goto(address)
        for width in (320, 360, 1440):
            for scheme in ("light", "dark"):
                tab.page.set_viewport_size({"width": width, "height": 900})
                tab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                look(tab, name, scheme)
