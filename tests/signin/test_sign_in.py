"""Signing in: both factors, one after the other, and nothing in between (security.md H3, H6, W3)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import PASSWORD, TOTP_SECRET, a_member
from tests.pages import visit
from tests.signin.steps import (
    browser,
    change,
    give_code,
    give_password,
    is_signed_in,
    sign_in,
    token_in,
)
from tests.support import totp

STEP = timedelta(seconds=30)


def test_password_and_code_open_a_session(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()

    page = give_password(client, member.email)
    answer = give_code(page, totp.code(TOTP_SECRET, at.moment))

    assert page.heading == "Enter your code"
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert is_signed_in(client)


def test_the_address_is_taken_in_any_case_of_letters(client: FlaskClient) -> None:
    a_member(email="N.Odari@office.example")

    assert give_password(client, " n.odari@OFFICE.example ").heading == "Enter your code"


@pytest.mark.parametrize(
    "changed", [PASSWORD.upper(), PASSWORD + " ", " " + PASSWORD, PASSWORD[:-1]]
)
def test_a_password_is_compared_exactly(client: FlaskClient, changed: str) -> None:
    member = a_member()

    page = give_password(client, member.email, changed)

    assert page.status == 422
    assert "The address or the password is not right." in page.words


def test_a_wrong_password_leaves_the_address_in_the_form_and_the_password_out(
    client: FlaskClient,
) -> None:
    page = give_password(client, "n.odari@office.example", "a wrong password of mine")

    assert page.form().filled["email"] == "n.odari@office.example"
    assert "a wrong password of mine" not in page.text
    assert page.text.split("<title>")[1].startswith("Error:")


def test_after_the_password_alone_no_members_page_opens(client: FlaskClient) -> None:
    give_password(client, a_member().email)

    for path in ("/boards", "/threads", "/confirm", "/members/1"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/sign-in?next={path}")


@pytest.mark.parametrize("path", ["/sign-in/code", "/sign-in/recovery-code"])
def test_without_a_password_there_is_no_second_step(client: FlaskClient, path: str) -> None:
    assert visit(client, path).heading == "Sign in"


def test_the_second_step_is_open_for_five_minutes(client: FlaskClient, at: Any) -> None:
    page = give_password(client, a_member().email)
    at(timedelta(minutes=4, seconds=59))
    assert visit(client, "/sign-in/code").heading == "Enter your code"

    at(timedelta(seconds=1))
    landed = page.fill(code=totp.code(TOTP_SECRET, at.moment)).send()

    assert landed.heading == "Sign in"
    assert "More than five minutes have passed." in landed.words
    assert not is_signed_in(client)


def test_the_second_step_is_that_of_the_account_whose_password_was_given(
    client: FlaskClient, at: Any
) -> None:
    mine, other = a_member(), a_member()
    page = give_password(client, mine.email)
    form = page.form().filled

    client.post(
        "/sign-in/code",
        data={
            **form,
            "code": totp.code(TOTP_SECRET, at.moment),
            "member": str(other.id),
            "email": other.email,
        },
    )

    answer = client.get(f"/members/{mine.id}")
    assert mine.name in visit(client, "/confirm").text
    assert other.name not in visit(client, "/confirm").text
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_taken_one_step_early_or_late(
    client: FlaskClient, at: Any, steps: int, is_taken: bool
) -> None:
    code = totp.code(TOTP_SECRET, at.moment + steps * STEP)

    give_code(give_password(client, a_member().email), code)

    assert is_signed_in(client) is is_taken


def test_a_code_may_be_typed_with_spaces_but_only_in_ascii_digits(app: Flask, at: Any) -> None:
    member = a_member()
    code = totp.code(TOTP_SECRET, at.moment)
    arabic = code.translate({ord("0") + i: 0x660 + i for i in range(10)})

    page = give_password(browser(app), member.email)
    for wrong in (arabic, f"{code}0", code[:-1], f"-{code[:-1]}"):
        assert give_code(page, wrong).status_code == 422

    assert give_code(page, f"{code[:3]} {code[3:]}").status_code == 303


def test_a_code_signs_in_once_even_after_another_was_used(app: Flask, at: Any) -> None:
    member = a_member()
    first, second = (totp.code(TOTP_SECRET, at.moment + n * STEP) for n in (0, 1))
    one, two, three = browser(app), browser(app), browser(app)

    assert give_code(give_password(one, member.email), first).status_code == 303
    assert give_code(give_password(two, member.email), second).status_code == 303
    answer = give_code(give_password(three, member.email), first)

    assert answer.status_code == 422
    assert not is_signed_in(three)


def test_who_is_suspended_between_the_steps_does_not_come_in(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    page = give_password(client, member.email)

    change(app, member, status="suspended")
    answer = give_code(page, totp.code(TOTP_SECRET, at.moment))

    assert answer.status_code == 403
    assert "Times are shown in UTC." in answer.get_data(as_text=True)
    assert not is_signed_in(client)


def test_one_is_led_back_to_the_page_that_was_asked_for(client: FlaskClient, at: Any) -> None:
    member = a_member()

    answer = sign_in(client, member, at.moment, path="/sign-in?next=/threads%3Fview%3Dmine")

    assert answer.headers["Location"] == "/threads?view=mine"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\/evil.example",
        "/%2f%2fevil.example", "/%5cevil.example", "javascript:alert(1)", "/a\r\nSet-Cookie:x=1",
        "boards", "", " /boards", "/%252f/evil.example",
    ],
)  # fmt: skip
def test_no_redirect_leaves_the_site(client: FlaskClient, at: Any, elsewhere: str) -> None:
    member = a_member()
    page = visit(client, "/sign-in").form().filled
    client.post(
        "/sign-in",
        query_string={"next": elsewhere},
        data={**page, "email": member.email, "password": PASSWORD},
    )

    answer = give_code(visit(client, "/sign-in/code"), totp.code(TOTP_SECRET, at.moment))

    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/code", "/sign-in/recovery-code"])
def test_who_is_signed_in_is_not_asked_again(client: FlaskClient, at: Any, path: str) -> None:
    sign_in(client, a_member(), at.moment)

    answer = client.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_sign_in_page_left_open_in_another_tab_leads_on(client: FlaskClient, at: Any) -> None:
    member = a_member()
    left_open = visit(client, "/sign-in").fill(email=member.email, password=PASSWORD)
    sign_in(client, member, at.moment)
    session = token_in(client)

    answer = left_open.send(follow=False).response

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert token_in(client) == session


def test_a_form_whose_token_is_stale_comes_back_filled_and_nothing_is_tried(
    app: Flask, client: FlaskClient
) -> None:
    member = a_member()
    page = visit(client, "/sign-in").fill(
        email=member.email, password=PASSWORD, csrf_token="of another time"
    )

    back = page.send()

    assert back.status == 422
    assert "This page had been open too long." in back.words
    assert back.form().filled["email"] == member.email
    assert back.fill(password=PASSWORD).send().heading == "Enter your code"


def test_fields_tell_password_managers_what_they_are(client: FlaskClient) -> None:
    page = visit(client, "/sign-in")
    hints = {node.get("name"): node.get("autocomplete") for node in page.root.iter("input")}
    code = give_password(client, a_member().email)

    assert (hints["email"], hints["password"]) == ("username", "current-password")
    assert 'autocomplete="one-time-code"' in code.text
    assert "onpaste" not in page.text + code.text


@pytest.mark.parametrize("missing", ["email", "password"])
def test_what_is_missing_is_said_beside_its_field(client: FlaskClient, missing: str) -> None:
    given = {"email": "a@office.example", "password": PASSWORD, missing: "  "}

    page = visit(client, "/sign-in").fill(**given).send()

    assert page.status == 422
    assert f'id="{missing}-error"' in page.text
