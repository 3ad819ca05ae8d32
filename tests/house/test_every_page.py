"""No page is forgotten by the tests that look at every page (U-1)."""

from tests.browser.every_page import GROUPS, NO_PAGES, names


def test_every_address_of_the_site_has_a_row_in_the_table_or_a_reason_why_it_is_no_page() -> None:
    rows = {row.url for group in GROUPS.values() for row in group if row.url}

    assert sorted(names() - rows - NO_PAGES.keys()) == []
    assert sorted((rows | NO_PAGES.keys()) - names()) == []
