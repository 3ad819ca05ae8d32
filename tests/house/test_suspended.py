"""Of every form it is decided whether a suspended account may send it (S-26)."""

import re

from tests.journeys.rights.matrix import SHOWN, read

from sevenpanel.web.suspended import BEGINNINGS

# What the Terms leave to whoever is shut out, what keeps an account safe, and what changes only how its owner reads.
LEFT = re.compile(
    r"account_.*|mfa_.*|recovery-codes|web:(accept|language|settings|shortcuts|star|profile|notifications"
    r"|session-end|sessions-end|key-revoke|leave|stay|order-cancel|orders-chosen|new-ticket|ticket-.*"
    r"|payment-announce|payment-close|webhook|exports|export-take)"
)
# They take a form and change nothing of an account, or nobody's account is asked about; or only a key counts there, and
# placing refuses who is suspended (tests/journeys/api/v3/test_problems.py).
ASIDE = re.compile(
    r"web:(quote|rejected-lines)|livez|readyz|robots|hook|telegram|letters-stop|short-link-complaint"
    r"|v3:orders|v3:order-cancel"
)


def test_s26_each_form_begins_something_or_is_left_to_a_suspended_account() -> None:
    takes_a_form = {
        name for name, row in read().items() if not name.startswith("desk:") and not row["customer"].endswith("/405")
    }

    undecided = {name for name in takes_a_form - BEGINNINGS if not LEFT.fullmatch(name) and not ASIDE.fullmatch(name)}
    assert undecided == set(), (
        f"Say in BEGINNINGS of web/suspended.py that {sorted(undecided)} begins something new, or in LEFT here that it "
        f"is left to a suspended account; then see to its column in {SHOWN}."
    )


def test_s26_what_begins_something_is_refused_in_the_table() -> None:
    table = read()

    assert {name for name in BEGINNINGS if not table[name]["suspended"].endswith("/403")} == set()
