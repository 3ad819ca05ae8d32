"""The home page with a past: it fits and can be read at both widths, light and dark, with its figures open."""

from datetime import timedelta

from django.utils import timezone
from tests.browser.conftest import NewTab
from tests.browser.looking import look
from tests.browser.walking import arrive
from tests.history import completed, placed, reported, sent
from tests.shop import Person, add_service

from sevenpanel.notices import commands as notices
from sevenpanel.notices.domain import Draft
from sevenpanel.orders.domain import Status
from sevenpanel.terms import NoticeKind, Scope

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def test_home_with_a_past_fits_and_can_be_read(new_tab: NewTab) -> None:
    tab, now = new_tab(), timezone.now()
    service = add_service()
    person = Person(user_id=0, customer_id=arrive(tab, "98765.43"), email="")
    for ago in (29, 24, 17, 16, 9, 8, 4, 2):
        completed(person, service, quantity=100 * ago, at=now - ago * DAY, complete=ago * HOUR)
    late = placed(person, service, at=now - 2 * DAY)
    sent(late, now - 2 * DAY)
    reported(late, Status.PARTIAL, remains=300, at=now - DAY)
    placed(person, service, at=now)
    said = Draft(kind=NoticeKind.GENERAL, scope=Scope.ALL, text="We move to a new machine on Sunday.")
    notices.publish(draft=said, written_by="operator", now=now - DAY)
    tab.open("/")

    for width in (320, 360, 1440):
        for scheme in ("light", "dark"):
            tab.page.set_viewport_size({"width": width, "height": 900})
            tab.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            look(tab, "home-with-a-past", scheme)
    tab.page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
    tab.page.set_viewport_size({"width": 360, "height": 900})
    look(tab, "home-figures", "dark")
