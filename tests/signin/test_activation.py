"""From the link in the mail to an account with both factors (security.md H1, H3, H5, R1, R4, R5)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.errors import Conflict
from forum.core.mail import OutboxMail
from forum.members import house_rules
from forum.members.models import Member, MemberStatus
from forum.signin import operations
from forum.signin.models import Credential, OneTimeLink, OpenSession, RecoveryCode, SecondFactor
from tests.factories import a_member
from tests.pages import Page, visit
from tests.signin.steps import (
    browser,
    change,
    give_code,
    give_password,
    is_signed_in,
    without_tokens,
)
from tests.support import totp

PASSWORD = "seven quiet herons wade"
ZONE = "Africa/Nairobi"
STEP = timedelta(seconds=30)


@pytest.fixture
def newcomer(app: Flask) -> Member:
    return a_member(
        status=MemberStatus.PENDING,
        name="Nekesa Odari",
        email="n.odari@office.example",
        zone="Europe/Paris",
    )


def _invite(app: Flask, member: Member) -> str:
    with app.app_context():
        return f"/activate/{operations.invite(member)}"


def _begin(client: FlaskClient, path: str, password: str = PASSWORD, zone: str = ZONE) -> Page:
    page = visit(client, path)
    return page.fill(password=password, password_again=password, zone=zone, rules="y").send()


def _key(page: Page) -> str:
    (key,) = page.root.iter("samp")
    return (key.text or "").replace(" ", "")


def _codes(page: Page) -> list[str]:
    return re.findall(r"(?:[A-Z2-7]{4}-){5}[A-Z2-7]{4}", page.text)


def _finish(page: Page, at: Any) -> Page:
    return page.fill(code=totp.code(_key(page), at.moment)).send()


def _rows(app: Flask, model: Any) -> list[Any]:
    with app.app_context():
        rows = list(db.session.scalars(select(model)))
        db.session.expunge_all()
    return rows


def test_a_newcomer_becomes_a_member_who_signs_in_with_both_factors(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    enrol = _begin(client, _invite(app, newcomer))
    key = _key(enrol)
    saved = _finish(enrol, at)
    codes = _codes(saved)
    sign_in = saved.fill(saved="y").send()

    assert (enrol.heading, saved.heading, sign_in.heading) == (
        "Set up your authenticator app",
        "Save your recovery codes",
        "Sign in",
    )
    assert "Your account is ready." in sign_in.words
    assert len(set(codes)) == 10
    (member,) = _rows(app, Member)
    assert (member.status, member.zone, member.activated_at) == (
        MemberStatus.ACTIVE,
        ZONE,
        at.moment,
    )
    at(STEP)
    page = give_password(client, newcomer.email, PASSWORD)
    assert give_code(page, totp.code(key, at.moment)).status_code == 303
    assert is_signed_in(client)
    other = browser(app)
    give_password(other, newcomer.email, PASSWORD)
    page = visit(other, "/sign-in/recovery-code").fill(code=codes[9]).send(follow=False)
    assert page.status == 303


def test_activation_opens_no_session(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path = _invite(app, newcomer)
    enrol = _begin(client, path)
    assert not is_signed_in(client)
    saved = _finish(enrol, at)
    assert not is_signed_in(client)
    saved.fill(saved="y").send()

    assert not is_signed_in(client)
    assert all(row.member_id is None for row in _rows(app, OpenSession))


def test_the_code_that_enrolled_does_not_sign_in(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    enrol = _begin(client, _invite(app, newcomer))
    code = totp.code(_key(enrol), at.moment)
    enrol.fill(code=code).send()

    page = give_password(client, newcomer.email, PASSWORD)

    assert give_code(page, code).status_code == 422


def test_before_a_code_proves_the_app_nothing_counts(
    app: Flask, client: FlaskClient, newcomer: Member
) -> None:
    page = _begin(client, _invite(app, newcomer)).fill(code="12345x").send()

    assert page.status == 422
    assert "This code has expired or was mistyped. 4 tries are left" in page.words
    assert _rows(app, Credential) == _rows(app, SecondFactor) == _rows(app, RecoveryCode) == []
    assert _rows(app, Member)[0].status is MemberStatus.PENDING
    assert give_password(browser(app), newcomer.email, PASSWORD).status == 422


def test_the_key_has_160_bits_and_is_in_no_form_and_not_readable_in_the_database(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    enrol = _begin(client, _invite(app, newcomer))
    key = _key(enrol)
    (link,) = _rows(app, OneTimeLink)

    assert re.fullmatch(r"[A-Z2-7]{32}", key)
    assert not [node for node in enrol.root.iter("input") if key in (node.get("value") or "")]
    assert key not in link.sealed_progress
    _finish(enrol, at)
    (factor,) = _rows(app, SecondFactor)
    (credential,) = _rows(app, Credential)
    assert key not in factor.sealed_secret
    assert credential.password_hash.startswith("$argon2id$")


def test_the_drawing_is_inline_and_carries_no_style(
    app: Flask, client: FlaskClient, newcomer: Member
) -> None:
    enrol = _begin(client, _invite(app, newcomer))

    (drawing,) = [node for node in enrol.root.iter() if node.get("class") == "cp-qr"]
    assert drawing.get("role") == "img"
    assert "data:" not in enrol.text
    assert "style=" not in enrol.text


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_only_looks_at_the_link_spends_nothing(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any, method: str
) -> None:
    path = _invite(app, newcomer)
    before = _rows(app, OneTimeLink)[0]
    for scanner in (browser(app), browser(app), browser(app)):
        assert scanner.open(path, method=method).status_code == 200

    after = _rows(app, OneTimeLink)[0]
    assert (after.spent_at, after.sealed_progress) == (before.spent_at, before.sealed_progress)
    assert _rows(app, OpenSession) == []
    assert _finish(_begin(client, path), at).heading == "Save your recovery codes"


def test_links_that_do_not_hold_are_all_answered_alike(
    app: Flask, newcomer: Member, at: Any
) -> None:
    replaced = _invite(app, newcomer)
    current = _invite(app, newcomer)
    finished = a_member(status=MemberStatus.PENDING)
    spent = _invite(app, finished)
    _finish(_begin(browser(app), spent), at)
    suspended = a_member(status=MemberStatus.PENDING)
    barred = _invite(app, suspended)
    change(app, suspended, status="suspended")
    expired = _invite(app, a_member(status=MemberStatus.PENDING))
    at(timedelta(days=7))
    current = _invite(app, newcomer)

    answers = []
    for path in (replaced, spent, barred, expired, "/activate/" + "A" * 43, "/activate/x"):
        for tail in ("", "/authenticator", "/recovery-codes"):
            for send in ("get", "post"):
                client = browser(app)
                visit(client, "/sign-in")
                form = visit(client, current).form().filled
                answer = getattr(client, send)(path + tail, data=form if send == "post" else None)
                text = without_tokens(answer.get_data(as_text=True))
                answers.append((answer.status_code, text.replace(path, "")))

    assert {status for status, _ in answers} == {404}
    assert len(set(answers)) == 1
    assert "This link does not work" in answers[0][1]


def test_a_link_holds_for_seven_days(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path = _invite(app, newcomer)

    at(timedelta(days=6, hours=23, minutes=59))
    assert client.get(path).status_code == 200
    at(timedelta(minutes=1))
    assert client.get(path).status_code == 404


def test_a_link_is_stored_as_a_digest_of_256_random_bits(app: Flask, newcomer: Member) -> None:
    token = _invite(app, newcomer).removeprefix("/activate/")

    (link,) = _rows(app, OneTimeLink)
    assert len(token) == 43
    assert token not in str(vars(link))


def test_an_account_in_use_gets_no_activation_link(app: Flask) -> None:
    member = a_member()

    with app.app_context(), pytest.raises(Conflict):
        operations.invite(member)


def test_the_mail_carries_the_link_of_the_configured_site_and_no_name(
    app: Flask, newcomer: Member, outbox: Callable[..., list[OutboxMail]]
) -> None:
    with app.app_context():
        operations.send_activation(newcomer)

    (mail,) = outbox("n.odari@office.example")
    assert mail.subject == "Counterpart: activate your account"
    for told in (mail.text, mail.html):
        assert re.search(r"http://localhost/activate/[A-Za-z0-9_-]{43}\b", told)
        assert "7 days" in told
        assert "Odari" not in told


def test_the_form_offers_neither_address_nor_name_nor_role(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    page = visit(client, _invite(app, newcomer))
    assert set(page.form().filled) == {"csrf_token", "password", "password_again", "zone"}
    page.fill(password=PASSWORD, password_again=PASSWORD, zone=ZONE, rules="y")
    forged = {"email": "x@evil.example", "name": "X", "status": "active", "role": "moderator"}
    page._values += list(forged.items())

    _finish(page.send(), at)

    (member,) = _rows(app, Member)
    assert (member.email, member.name) == (newcomer.email, newcomer.name)


def test_the_time_zone_begins_with_the_member_s_own_and_all_places_are_offered(
    app: Flask, client: FlaskClient, newcomer: Member
) -> None:
    page = visit(client, _invite(app, newcomer))
    offered = {node.get("value") for node in page.root.iter("option")}

    assert page.form().filled["zone"] == "Europe/Paris"
    assert {"Africa/Nairobi", "America/Argentina/Buenos_Aires", "Pacific/Apia", "UTC"} <= offered
    assert len(offered) > 350


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "EST5EDT", "../../etc/passwd"])
def test_a_time_zone_that_is_not_offered_is_refused(
    app: Flask, client: FlaskClient, newcomer: Member, zone: str
) -> None:
    page = _begin(client, _invite(app, newcomer), zone=zone)

    assert page.status == 422
    assert "Choose a time zone from the list." in page.words


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short of fifteen"[:14], "Use at least 15 characters."),
        ("x" * 257, "Use at most 256 characters."),
        ("passwordpassword", "This is on the lists of common passwords."),
        ("qwertyuiopasdfgh", "This is mostly a row of keys"),
        ("aaaaaaaaaaaaaaaa", "This repeats the same few characters."),
        ("Nekesa Odari 2026!", "This is mostly your own name or address."),
        ("n.odari@office.example", "This is mostly your own name or address."),
        ("counterpart forum", "This is mostly made of words that anybody would try here."),
    ],
)
def test_a_password_that_guessers_try_is_refused_with_the_reason_beside_it(
    app: Flask, client: FlaskClient, newcomer: Member, password: str, sentence: str
) -> None:
    page = _begin(client, _invite(app, newcomer), password)

    assert page.status == 422
    assert sentence in page.words
    assert 'id="password-error"' in page.text
    assert page.form().filled["zone"] == ZONE


@pytest.mark.parametrize(
    "password", ["drüben läuft ein Bär", "雨 " * 7 + "山川海", "x y " * 60 + "quiet heron"]
)
def test_any_characters_and_any_length_up_to_256_are_taken_whole(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any, password: str
) -> None:
    _finish(_begin(client, _invite(app, newcomer), password), at)

    assert give_password(browser(app), newcomer.email, password[:-1]).status == 422
    assert give_password(browser(app), newcomer.email, password).heading == "Enter your code"


def test_two_different_passwords_are_refused(
    app: Flask, client: FlaskClient, newcomer: Member
) -> None:
    page = visit(client, _invite(app, newcomer)).fill(
        password=PASSWORD, password_again=PASSWORD + "s", zone=ZONE
    )

    assert "This is not the same password." in page.send().words


def test_a_password_is_the_same_however_its_letters_are_composed(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    _finish(_begin(client, _invite(app, newcomer), "le héron gris attend"), at)

    page = give_password(browser(app), newcomer.email, "le he\u0301ron gris attend")

    assert page.heading == "Enter your code"


def test_reloading_keeps_the_key_and_going_back_to_the_password_too(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path = _invite(app, newcomer)
    first = _begin(client, path)
    reloaded = visit(client, path + "/authenticator")
    again = _begin(client, path, "eight quiet herons wade")

    assert _key(first) == _key(reloaded) == _key(again)
    _finish(again, at)
    assert give_password(browser(app), newcomer.email, PASSWORD).status == 422
    page = give_password(browser(app), newcomer.email, "eight quiet herons wade")
    assert page.heading == "Enter your code"


def test_sending_the_code_twice_shows_the_codes_as_sending_it_once(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path = _invite(app, newcomer)
    enrol = _begin(client, path)
    enrol.fill(code=totp.code(_key(enrol), at.moment))

    first, second = enrol.send(), enrol.send()
    back = visit(client, path)

    assert _codes(first) == _codes(second) == _codes(back)
    assert len(_codes(first)) == 10
    assert len(_rows(app, RecoveryCode)) == 10


def test_once_saved_the_codes_are_not_shown_again(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path = _invite(app, newcomer)
    saved = _finish(_begin(client, path), at)
    codes = _codes(saved)
    assert "Save the codes, then tick this box." in saved.send().words

    saved.fill(saved="y").send()

    for tail in ("", "/authenticator", "/recovery-codes"):
        page = visit(client, path + tail)
        assert page.heading == "This link does not work"
        assert not any(code in page.text for code in codes)
    assert _rows(app, OneTimeLink)[0].sealed_progress is None


def test_codes_that_nobody_saved_are_shown_for_ten_minutes(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path = _invite(app, newcomer)
    _finish(_begin(client, path), at)
    at(timedelta(minutes=9, seconds=59))
    assert len(_codes(visit(client, path + "/recovery-codes"))) == 10

    at(timedelta(seconds=1))

    assert _codes(visit(client, path + "/recovery-codes")) == []


def test_another_browser_with_the_link_sees_neither_key_nor_codes(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path, other = _invite(app, newcomer), browser(app)
    enrol = _begin(client, path)

    sent_back = visit(other, path + "/authenticator")
    assert sent_back.heading == "Activate your account"
    assert "This step was not begun in this browser" in sent_back.words
    saved = _finish(enrol, at)
    assert len(_codes(saved)) == 10
    for tail in ("", "/authenticator", "/recovery-codes"):
        assert visit(other, path + tail).heading == "This link does not work"


def test_who_begins_anew_elsewhere_leaves_the_first_browser_at_the_beginning(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    path, other = _invite(app, newcomer), browser(app)
    first = _begin(client, path)
    second = _begin(other, path, "nine quiet herons wade")

    assert _key(first) != _key(second)
    assert _finish(first, at).heading == "Activate your account"
    assert _finish(second, at).heading == "Save your recovery codes"
    assert give_password(browser(app), newcomer.email, PASSWORD).status == 422


def test_wrong_codes_bring_a_pause_here_too(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    page = _begin(client, _invite(app, newcomer))
    for _ in range(5):
        assert page.fill(code="12345x").send().status == 422

    assert _finish(page, at).status == 429


def test_an_account_is_not_activated_without_the_house_rules(
    app: Flask, client: FlaskClient, newcomer: Member
) -> None:
    page = visit(client, _invite(app, newcomer))
    assert "No case data" in page.words

    page = page.fill(password=PASSWORD, password_again=PASSWORD, zone=ZONE).send()

    assert page.status == 422
    assert "Read the house rules, then tick this box." in page.words


def test_activation_keeps_which_house_rules_were_accepted_and_when(
    app: Flask, client: FlaskClient, newcomer: Member, at: Any
) -> None:
    _finish(_begin(client, _invite(app, newcomer)), at)

    (member,) = _rows(app, Member)
    assert (member.rules_version, member.rules_accepted_at) == (house_rules.in_force(), at.moment)
    accepted = [line for line in _rows(app, AuditEntry) if line.action == "rules:accept"]
    assert [(line.actor_id, line.object) for line in accepted] == [
        (member.id, f"member:{member.id}")
    ]
