"""Passkeys in a real browser with a device of its own making: added, used to sign in, removed (S-25)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.apps import give_app
from tests.browser.conftest import NewTab, Tab
from tests.browser.looking import look
from tests.browser.walking import sign_in, sign_out
from tests.shop import PASSWORD, make_key, open_customer

from sevenpanel.accounts import queries

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/accounts/two-factor/"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_device(tab: Tab) -> Callable[[bool], Any]:
    """Give the tab a device that keeps passkeys; what is returned says whether its owner's finger fits."""
    speak = tab.page.context.new_cdp_session(tab.page)
    speak.send("WebAuthn.enable")
    made = speak.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    own = {"authenticatorId": made["authenticatorId"]}
    return lambda fits: speak.send("WebAuthn.setUserVerified", {**own, "isUserVerified": fits})


def test_s25_a_passkey_is_added_signs_in_by_itself_and_is_removed(new_tab: NewTab) -> None:
    alice = open_customer("Alice")
    tab = new_tab()
    page = tab.page
    fits = with_device(tab)
    sign_in(tab, alice.email)
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    tab.open(f"{PAGE}passkeys/add/")
    page.get_by_label("Name").fill("my telephone")
    page.get_by_role("main").get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Write these codes down now")).to_be_visible()
    look(tab, "recovery-codes", "light")
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("my telephone")).to_be_visible()
    look(tab, "second-factor", "light")

    # By itself, without a password.
    sign_out(tab)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    # After the password, nothing opens without it.
    sign_out(tab)
    sign_in(tab, alice.email)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    fits(False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    fits(True)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    tab.open(PAGE)
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_text("Your password alone", exact=False).or_(page.get_by_text("Whoever learns"))).to_be_visible()
    assert queries.second_factors(user_id=alice.user_id).passkeys == ()
    sign_out(tab)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert PASSWORD


def test_s25_without_scripts_no_page_offers_what_does_not_work(new_tab: NewTab) -> None:
    alice = open_customer("Alice")
    tab = new_tab(scripts=False, width=360, height=740)
    sign_in(tab, alice.email)

    tab.open(f"{PAGE}passkeys/add/")

    expect(tab.page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    expect(tab.page.get_by_role("main").get_by_role("button", name="Add a passkey")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_the_pages_of_the_account_look_right(new_tab: NewTab, width: int, scheme: str) -> None:
    alice = open_customer("Alice", balance="10")
    make_key(alice)
    key_id = queries.keys(customer_id=alice.customer_id)[0].id
    tab = new_tab(width=width, height=800, color_scheme=scheme)
    sign_in(tab, alice.email)
    for address, name in (
        ("/account/", "account"),
        ("/account/profile/", "profile"),
        ("/account/sessions/", "sessions"),
        ("/keys/", "keys-limits"),
        (f"/keys/{key_id}/", "key"),
        (PAGE, "second-factor-off"),
        (f"{PAGE}app/add/", "app-add"),
        (f"{PAGE}recovery-codes/", "recovery-codes-none"),
        (f"{PAGE}passkeys/add/", "passkey-add"),
    ):
        tab.open(address)
        look(tab, name, scheme)
    give_app(alice.user_id)
    tab.open(f"{PAGE}app/remove/")
    look(tab, "app-remove", scheme)
    sign_out(tab)
    sign_in(tab, alice.email)
    expect(tab.page.get_by_role("heading", name="One more step")).to_be_visible()
    assert re.search("/code/$", tab.page.url)
    look(tab, "code", scheme)
