"""How often somebody may fail, and that nobody is locked out by others (security.md T1 to T3)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.app import create_app
from forum.core.settings import Settings
from tests import factories
from tests.conftest import close
from tests.factories import PASSWORD, TOTP_SECRET, a_member
from tests.pages import Page, visit
from tests.signin.steps import (
    WRONG,
    browser,
    give_code,
    give_password,
    is_signed_in,
    sign_in,
    token_in,
)
from tests.support import totp

STEP = timedelta(seconds=30)


def _fail(client: FlaskClient, email: str, times: int) -> None:
    """Type a wrong password so many times into one page."""
    form = {**visit(client, "/sign-in").form().filled, "email": email, "password": WRONG}
    for _ in range(times):
        assert client.post("/sign-in", data=form).status_code == 422


def _is_paused(page: Page) -> bool:
    if page.status != 429:
        return False
    assert 1 <= int(page.response.headers["Retry-After"]) <= 900
    return True


def _wrong(at: Any) -> str:
    """A code that no step around now has."""
    right = {totp.code(TOTP_SECRET, at.moment + n * STEP) for n in range(-2, 3)}
    return next(f"{n:06}" for n in range(10) if f"{n:06}" not in right)


def test_after_ten_failures_an_address_pauses_for_everybody_new_behind_it(
    app: Flask, at: Any
) -> None:
    client = browser(app)
    for n in range(10):
        _fail(client, f"{n}@office.example", 1)

    assert _is_paused(give_password(client, a_member().email))
    assert give_password(browser(app), a_member().email).status == 200


def test_the_pause_ends_by_itself_and_more_tries_do_not_prolong_it(app: Flask, at: Any) -> None:
    client, member = browser(app), a_member()
    _fail(client, member.email, 10)
    at(timedelta(minutes=14, seconds=59))
    for _ in range(20):
        assert _is_paused(give_password(client, member.email))

    at(timedelta(seconds=1))

    assert give_password(client, member.email).heading == "Enter your code"


@pytest.mark.parametrize("is_known", [True, False])
def test_after_thirty_failures_from_anywhere_an_account_pauses(
    app: Flask, at: Any, is_known: bool
) -> None:
    email = a_member().email if is_known else "nobody@office.example"
    for _ in range(3):
        _fail(browser(app), email, 10)

    assert _is_paused(give_password(browser(app), email.upper()))
    at(timedelta(minutes=15))
    assert not _is_paused(give_password(browser(app), email))


def test_a_right_password_is_no_failure_and_makes_none_forgotten(app: Flask, at: Any) -> None:
    client, mine = browser(app), a_member()
    for _ in range(12):
        assert give_password(client, mine.email).heading == "Enter your code"
    for _ in range(9):
        _fail(client, "victim@office.example", 1)
    assert give_password(client, mine.email).heading == "Enter your code"

    _fail(client, "victim@office.example", 1)

    assert _is_paused(give_password(client, "victim@office.example", WRONG))


def test_addresses_that_one_customer_has_are_counted_as_one(app: Flask, at: Any) -> None:
    for n in range(10):
        _fail(browser(app, f"2001:db8:0:1::{n:x}"), f"{n}@office.example", 1)

    assert _is_paused(give_password(browser(app, "2001:db8:0:1:ffff::1"), a_member().email))
    assert not _is_paused(give_password(browser(app, "2001:db8:0:2::1"), a_member().email))


def test_a_forged_address_changes_nothing(app: Flask, at: Any) -> None:
    client = browser(app)
    for n in range(10):
        headers = {"X-Forwarded-For": f"198.51.100.{n}", "X-Real-IP": f"198.51.100.{n}"}
        page = visit(client, "/sign-in").fill(email=f"{n}@office.example", password=WRONG)
        assert page.send(**headers).status == 422

    page = visit(client, "/sign-in").fill(email="x@office.example", password=WRONG)

    assert _is_paused(page.send(**{"X-Forwarded-For": "198.51.100.99"}))


def test_behind_one_proxy_the_address_it_saw_counts_and_not_what_it_was_told(
    settings: Settings, at: Any
) -> None:
    app = create_app(replace(settings, proxy_hops=1))
    factories.use(app)
    try:
        client = browser(app)
        for n in range(11):
            page = visit(client, "/sign-in").fill(email=f"{n}@office.example", password=WRONG)
            page = page.send(**{"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.200"})
        other = visit(client, "/sign-in").fill(email="x@office.example", password=WRONG)
        other = other.send(**{"X-Forwarded-For": "198.51.100.1, 203.0.113.201"})
    finally:
        close(app)

    assert _is_paused(page)
    assert other.status == 422


def test_many_tries_at_once_pass_no_more_than_one_at_a_time(app: Flask) -> None:
    clients = [browser(app, "203.0.113.250") for _ in range(16)]
    pages = [
        visit(client, "/sign-in").fill(email="x@office.example", password=WRONG)
        for client in clients
    ]

    with ThreadPoolExecutor(8) as pool:
        found = [page.status for page in pool.map(lambda page: page.send(), pages)]

    assert sorted(found) == [422] * 10 + [429] * 6


def test_nobody_locks_a_member_out_of_a_browser_used_before(app: Flask, at: Any) -> None:
    member, known = a_member(), browser(app, "203.0.113.77")
    sign_in(known, member, at.moment)
    known.delete_cookie("session")
    at(STEP)
    _fail(browser(app, "203.0.113.77"), "x@office.example", 10)
    for _ in range(3):
        _fail(browser(app), member.email, 10)

    assert _is_paused(give_password(browser(app), member.email))
    sign_in(known, member, at.moment)

    assert is_signed_in(known)


def test_a_known_browser_still_needs_both_factors(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    client.delete_cookie("session")

    assert give_password(client, member.email, WRONG).status == 422
    assert give_password(client, member.email).heading == "Enter your code"
    assert not is_signed_in(client)


def test_a_known_browser_has_a_count_of_its_own(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    client.delete_cookie("session")

    _fail(client, member.email, 10)

    assert _is_paused(give_password(client, member.email))
    assert give_password(browser(app), member.email).heading == "Enter your code"


@pytest.mark.parametrize("device", ["of somebody else", "forged", "too old"])
def test_no_other_cookie_stands_for_a_known_browser(app: Flask, at: Any, device: str) -> None:
    member, known, other = a_member(), browser(app), browser(app)
    sign_in(known, member, at.moment)
    sign_in(other, a_member(), at.moment)
    mine = token_in(known, "device") or ""
    value = {
        "of somebody else": token_in(other, "device") or "",
        "forged": f"{member.id}." + mine.partition(".")[2].rpartition(".")[0] + "." + "0" * 64,
        "too old": mine,
    }[device]
    if device == "too old":
        at(timedelta(days=180))
    for _ in range(3):
        _fail(browser(app), member.email, 10)

    thief = browser(app)
    thief.set_cookie("device", value)

    assert _is_paused(give_password(thief, member.email))


def test_five_wrong_codes_bring_a_pause_in_which_a_right_one_is_refused(
    client: FlaskClient, at: Any
) -> None:
    page = give_password(client, a_member().email)
    said = []
    for _ in range(5):
        page = page.fill(code=_wrong(at)).send()
        assert page.status == 422
        said.append(page.words)

    assert "4 tries are left before a 5-minute pause." in said[0]
    assert "1 try is left before a 5-minute pause." in said[3]
    assert "No try is left: a pause of 5 minutes begins." in said[4]
    assert _is_paused(page.fill(code=totp.code(TOTP_SECRET, at.moment)).send())
    assert not is_signed_in(client)


def _fail_codes(app: Flask, at: Any, email: str, times: int, every: timedelta) -> None:
    """Type a wrong code every few minutes, with the password before each."""
    client = browser(app)
    form = {**visit(client, "/sign-in").form().filled, "email": email, "password": PASSWORD}
    for _ in range(times):
        client.delete_cookie("session")
        form["csrf_token"] = _form_token(client, "/sign-in")
        client.post("/sign-in", data=form)
        typed = {"csrf_token": _form_token(client, "/sign-in/code"), "code": "12345x"}
        assert client.post("/sign-in/code", data=typed).status_code == 422
        at(every)


def _form_token(client: FlaskClient, path: str) -> str:
    return client.get(path).get_data(as_text=True).split('name="csrf_token"')[1].split('"')[3]


def test_twenty_wrong_codes_in_an_hour_bring_a_pause(app: Flask, at: Any) -> None:
    member = a_member()
    _fail_codes(app, at, member.email, 20, timedelta(minutes=2))

    page = give_password(browser(app), member.email)

    assert _is_paused(page.fill(code=totp.code(TOTP_SECRET, at.moment)).send())
    at(timedelta(minutes=20))
    page = give_password(browser(app), member.email)
    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 303


def test_fifty_wrong_codes_in_a_day_bring_a_pause(app: Flask, at: Any) -> None:
    member = a_member()
    _fail_codes(app, at, member.email, 50, timedelta(minutes=4))

    page = give_password(browser(app), member.email)

    assert _is_paused(page.fill(code=totp.code(TOTP_SECRET, at.moment)).send())
    at(timedelta(hours=21))
    page = give_password(browser(app), member.email)
    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 303


def test_a_right_code_makes_no_failure_forgotten(app: Flask, at: Any) -> None:
    member = a_member()
    page = give_password(browser(app), member.email)
    for _ in range(4):
        assert page.fill(code=_wrong(at)).send().status == 422
    assert give_code(page, totp.code(TOTP_SECRET, at.moment)).status_code == 303

    again = give_password(browser(app), member.email)
    assert again.fill(code=_wrong(at)).send().status == 422

    assert _is_paused(again.fill(code=_wrong(at)).send())


def test_the_table_of_attempts_names_nobody(app: Flask, client: FlaskClient, at: Any) -> None:
    from forum.core.attempts import Attempt
    from forum.core.db import db

    client.environ_base["REMOTE_ADDR"] = "203.0.113.99"
    _fail(client, "n.odari@office.example", 1)

    with app.app_context():
        keys = "".join(db.session.scalars(db.select(Attempt.key)))
    assert keys
    assert "odari" not in keys
    assert "203.0.113.99" not in keys
    assert PASSWORD not in keys
