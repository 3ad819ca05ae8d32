"""Drop at the desk: declared beside measured, written down by staff whose work it is, struck out when it was wrong."""

import pytest
from django.utils import timezone
from tests.countingapis import KEY
from tests.history import DAY, HOUR, completed
from tests.journeys.insight.test_service_page import past, person
from tests.journeys.web.visitor import Visitor, fields, text
from tests.shop import add_service

from sevenpanel.insight import queries
from sevenpanel.insight.commands import estimating
from sevenpanel.insight.domain import Counter, Occasion

pytestmark = pytest.mark.django_db(transaction=True)

WRITE = "post /desk/insight/"
EVIDENCE = "Counted 950 members on the channel's page, with Ann."


def ended(alice: Visitor, service: int) -> int:
    return completed(person(alice), service, at=timezone.now() - 10 * DAY).order_id


def write(sam: Visitor, order_id: int, **typed: str) -> object:
    form = {
        **fields(sam.get("/desk/insight/"), WRITE),
        "order": str(order_id),
        "remaining": "950",
        "occasion": "sample",
        "measured_by": "staff",
        "evidence": EVIDENCE,
        **typed,
    }
    return sam.post("/desk/insight/", form)


def test_staff_write_down_what_they_saw_and_the_service_s_page_shows_it(
    alice: Visitor, sam: Visitor, service: int
) -> None:
    order_id = ended(alice, service)

    answer = write(sam, order_id)

    assert (answer.status_code, answer.url) == (302, f"/desk/insight/{service}/")  # type: ignore[attr-defined]
    page = text(sam.get(f"/desk/insight/{service}/"))
    assert "It counts with the next estimate" in page
    assert f"{order_id} " in page
    assert "50 of 1,000" in page
    assert EVIDENCE in page
    (row,) = queries.measurements(service_id=service, limit=9)
    assert (row.remaining, row.staff_id) == (950, sam.person.user_id if sam.person else None)


def test_the_same_form_sent_twice_is_one_measurement(alice: Visitor, sam: Visitor, service: int) -> None:
    form_id = fields(sam.get("/desk/insight/"), WRITE)["form_id"]
    order_id = ended(alice, service)
    write(sam, order_id, form_id=form_id)
    write(sam, order_id, form_id=form_id)

    assert len(queries.measurements(service_id=service, limit=9)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"remaining": "1001"}, "Between 0 and 1000 can be left: 1000 were delivered."),
        ({"remaining": "-1"}, "greater than or equal to 0"),
        ({"evidence": "short"}, "at least 10 characters"),
        ({"seen_at": "2020-01-01 10:00"}, "Look at an order after it has ended"),
        ({"seen_at": "soon"}, "Enter a valid date/time"),
        ({"order": "999999"}, "does not exist or has not ended yet"),
        ({"occasion": "hunch"}, "not one of the available choices"),
        ({"form_id": "x"}, "This form is not complete. Load the page again."),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(
    alice: Visitor, sam: Visitor, service: int, typed: dict[str, str], sentence: str
) -> None:
    answer = write(sam, ended(alice, service), **typed)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert sentence in text(answer)
    assert queries.measurements(service_id=service, limit=9) == []


def test_a_link_may_name_the_order(alice: Visitor, sam: Visitor, service: int) -> None:
    order_id = ended(alice, service)

    assert fields(sam.get(f"/desk/insight/?order={order_id}"), WRITE)["order"] == str(order_id)
    assert fields(sam.get("/desk/insight/?order=x"), WRITE)["order"] == ""


def test_a_complaint_is_kept_and_does_not_count(alice: Visitor, sam: Visitor, service: int) -> None:
    write(sam, ended(alice, service), occasion="complaint")

    assert "after a complaint, not counted" in text(sam.get(f"/desk/insight/{service}/"))
    assert "1 after a complaint, not counted" in text(sam.get("/desk/insight/"))
    assert queries.measurements(service_id=service, limit=1)[0].occasion is Occasion.COMPLAINT


def test_a_contradicted_declaration_comes_first(alice: Visitor, sam: Visitor, service: int) -> None:
    past(alice, service, left=990)
    other = add_service("Loses a lot")
    past(alice, other, left=400)

    page = text(sam.get("/desk/insight/"))

    assert page.index("Loses a lot") < page.index("Channel promotion by paid ads")
    assert page.count("declaration contradicted") == 1
    assert "lies outside the declared band altogether" in text(sam.get(f"/desk/insight/{other}/"))
    assert "lies outside the declared band altogether" not in text(sam.get(f"/desk/insight/{service}/"))


def test_a_mistake_is_struck_out_with_a_reason(alice: Visitor, sam: Visitor, service: int) -> None:
    write(sam, ended(alice, service))
    (row,) = queries.measurements(service_id=service, limit=9)
    address = f"/desk/insight/{service}/strike/"

    refused = sam.post(address, {"measurement": str(row.id), "why": ""})
    struck = sam.post(address, {"measurement": str(row.id), "why": "Wrong channel"})
    again = sam.post(address, {"measurement": str(row.id), "why": "Wrong channel"})

    assert (refused.status_code, struck.status_code, again.status_code) == (422, 302, 422)
    assert "struck out before" in text(again)
    page = text(sam.get(f"/desk/insight/{service}/"))
    assert "Struck out: Wrong channel" in page
    estimating.estimate_drop(now=timezone.now() + HOUR)
    assert "too few, shown from 5 on" in text(sam.get("/desk/insight/"))


def test_a_counter_is_chosen_and_one_that_does_not_fit_is_refused(sam: Visitor, service: int) -> None:
    address = f"/desk/insight/{service}/meter/"

    assert sam.post(address, {"counter": "provider status"}).status_code == 302
    assert queries.meter_of(service_id=service) is Counter.PROVIDER_STATUS
    refused = sam.post(address, {"counter": "youtube views"})
    assert refused.status_code == 422
    assert "which this service does not take" in text(refused)
    assert sam.post(address, {"counter": "x-ray"}).status_code == 422
    assert queries.meter_of(service_id=service) is Counter.PROVIDER_STATUS
    assert sam.post(address, {"counter": ""}).status_code == 302
    assert queries.meter_of(service_id=service) is None


def test_which_meters_are_on_is_shown(sam: Visitor, settings: pytest.FixtureRequest) -> None:
    assert "YouTube off: no key is set" in text(sam.get("/desk/insight/"))

    settings.METER_YOUTUBE_KEY = KEY  # type: ignore[attr-defined]

    assert "YouTube on" in text(sam.get("/desk/insight/"))
    assert KEY not in sam.get("/desk/insight/").content.decode()


def test_a_service_is_found_by_its_id(sam: Visitor, service: int) -> None:
    assert sam.get(f"/desk/insight/go/?service={service}").url == f"/desk/insight/{service}/"
    assert sam.get("/desk/insight/go/?service=x").url == "/desk/insight/"
    assert sam.get(f"/desk/insight/{10**17}/").status_code == 404


def test_only_staff_who_measure_come_here(
    alice: Visitor, fiona: Visitor, sam: Visitor, operator: Visitor, service: int
) -> None:
    pages = ("/desk/insight/", f"/desk/insight/{service}/", "/desk/insight/go/")
    posts = ("/desk/insight/", f"/desk/insight/{service}/meter/", f"/desk/insight/{service}/strike/")
    for address in pages:
        assert [who.get(address).status_code for who in (alice, fiona)] == [404, 404], address
        assert Visitor().get(address).status_code == 302
        assert {who.get(address).status_code for who in (sam, operator)} <= {200, 302}
    for address in posts:
        assert [who.post(address).status_code for who in (alice, fiona)] == [404, 404], address
    assert "Insight" not in text(fiona.get("/desk/"))
    assert "Insight" in text(sam.get("/desk/"))
    assert queries.meter_of(service_id=service) is None


def test_words_of_staff_are_shown_as_they_are(alice: Visitor, sam: Visitor, service: int) -> None:
    write(sam, ended(alice, service), evidence="<img src=x onerror=alert(1)> seen on the page")

    assert "&lt;img src=x onerror=alert(1)&gt;" in sam.get(f"/desk/insight/{service}/").content.decode()
