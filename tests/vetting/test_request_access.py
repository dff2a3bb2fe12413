"""Asking for access, step by step, and what is refused."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import db
from forum.directory.models import Visibility
from forum.vetting.models import Application
from tests.factories import EXTRADITION, MLA, a_member, a_state, an_authority
from tests.pages import visit
from tests.support.queries import counted
from tests.vetting.applying import DETAILS, Outbox, applied, details_page


def _applications(app: Flask) -> list[Application]:
    with app.app_context():
        rows = list(db.session.scalars(db.select(Application).order_by(Application.id)))
        db.session.expunge_all()
        return rows


def test_every_state_can_be_chosen_invented_ones_too(client: FlaskClient) -> None:
    a_state("QM", name="Arvenia")

    page = visit(client, "/request-access")

    options = [node.get("value") for node in page.root.iter("option")]
    assert {"FR", "KE", "CN", "QM"} <= set(options)
    assert len(options) == len(set(options)) > 190


def test_entries_are_shown_by_name_and_functions_and_nothing_else(client: FlaskClient) -> None:
    shown = an_authority(
        "QM", MLA, EXTRADITION, name="Public Office", email="desk@secret-domain.example",
        visibility=Visibility.PUBLIC, city="Velmora", website="https://secret-site.example",
    )  # fmt: skip
    an_authority("QM", name="Members Only Office")
    an_authority("QN", name="Elsewhere")

    page = visit(client, "/request-access?state=QM")

    assert "Public Office" in page.words
    assert "MLA · art. 18" in page.words
    assert "Extradition · art. 16" in page.words
    assert "Members Only Office" in page.words
    assert "Elsewhere" not in page.words
    assert "My authority is not listed" in page.words
    with client.application.app_context():
        lines = [line.value for line in db.session.get(type(shown), shown.id).contacts]
    for hidden in [*lines, "secret-domain", "secret-site", "Velmora", "@"]:
        assert hidden not in page.text


def test_not_listed_is_offered_where_a_state_has_no_entry(client: FlaskClient) -> None:
    page = visit(client, "/request-access?state=FR").send()

    assert page.status == 200
    assert page.filled["authority"] == "unlisted"
    assert "unlisted_authority" in page.filled


@pytest.mark.parametrize("state", ["", "XX", "ZZZ", "%00", "é"])
def test_an_unknown_state_is_refused_beside_the_field(client: FlaskClient, state: str) -> None:
    page = visit(client, f"/request-access?state={state}") if state != "%00" else None

    if page is not None:
        assert page.status == 422
        assert "Choose a State from the list." in page.words
        assert "Error:" in page.text


def test_an_authority_of_another_state_is_refused_on_the_way(client: FlaskClient) -> None:
    a_state("QM")
    foreign = an_authority("QN", MLA)

    page = visit(client, f"/request-access?state=QM&authority={foreign.id}")

    assert page.status == 422
    assert "Choose one of these" in page.words


@pytest.mark.parametrize("authority", ["foreign", "", "0", "-1", "99999999999999999999", "x", "²"])
def test_a_tampered_authority_is_refused_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, authority: str
) -> None:
    own, foreign = an_authority("QM", MLA), an_authority("QN", MLA)
    page = details_page(client, "QM", own.id).fill(**DETAILS)
    tampered = str(foreign.id) if authority == "foreign" else authority

    page = page.fill(authority=tampered).send()

    assert page.status == 422
    assert "This is not an authority of the State you chose." in page.words
    assert page.filled["name"] == DETAILS["name"]
    assert page.filled["reason"] == DETAILS["reason"]
    assert _applications(app) == []


def test_a_tampered_state_is_refused(app: Flask, client: FlaskClient) -> None:
    page = details_page(client, "QM", an_authority("QM", MLA).id).fill(**DETAILS, state="XX").send()

    assert page.status == 422
    assert "There is no such State." in page.words
    assert _applications(app) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Write your name."),
        ("name", "x" * 201, "Shorten it to 200 characters."),
        ("name", "A\u202eB", "changes the direction of text"),
        ("post", "", "Write your post."),
        ("email", "", "Write your office address."),
        ("email", "no address", "This is not a whole e-mail address."),
        ("email", "a@b", "This is not a whole e-mail address."),
        ("email", "a@b.example\nBcc: c@d.example", "Write this on one line."),
        ("languages", [], "Choose at least one language."),
        ("languages", ["en", "xx"], "Choose languages from the list."),
        ("reason", "", "Say why you ask for access."),
        ("reason", "y" * 4001, "Shorten it to 4000 characters."),
        ("once", "short", "This form was changed on its way."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_all_else_is_kept(
    app: Flask, client: FlaskClient, field: str, value: Any, sentence: str
) -> None:
    authority = an_authority("QM", MLA)

    page = applied(client, "QM", authority.id, **{field: value})

    assert page.status == 422
    assert sentence in page.words
    for kept in {"name", "post", "email", "reason"} - {field}:
        assert page.filled[kept] == DETAILS[kept]
    if field != "languages":
        checked = {
            node.get("value") for node in page.root.iter("input") if "checked" in node.attrib
        }
        assert {"en", "fr"} <= checked
    assert _applications(app) == []


def test_an_unlisted_authority_must_be_named(app: Flask, client: FlaskClient) -> None:
    an_authority("QM", MLA)

    refused = applied(client, "QM", "unlisted")
    sent = refused.fill(unlisted_authority="Office for Requests").send()

    assert refused.status == 422
    assert "Write the name of your authority." in refused.words
    assert sent.status == 200
    [application] = _applications(app)
    assert application.authority_id is None
    assert application.unlisted_authority == "Office for Requests"


def test_a_foreign_or_free_mailbox_is_taken_for_it_is_evidence_and_not_a_rule(
    app: Flask, client: FlaskClient
) -> None:
    authority = an_authority("QM", MLA, email="office@justice.qm.example")

    page = applied(client, "QM", authority.id, email="ama@gmail.com")

    assert page.status == 200
    assert [application.email for application in _applications(app)] == ["ama@gmail.com"]


def test_an_application_leads_to_a_secret_address_stored_as_a_digest(
    app: Flask, client: FlaskClient
) -> None:
    authority = an_authority("QM", MLA)

    page = applied(client, "QM", authority.id)

    [application] = _applications(app)
    secret = page.path.rpartition("/")[2]
    assert re.fullmatch(r"/request-access/[0-9a-f]{32}", page.path)
    assert secret not in application.reference_digest
    assert application.number in page.words
    assert page.response.headers["X-Robots-Tag"].startswith("noindex")


def test_the_status_page_is_for_whoever_holds_its_address_alone(client: FlaskClient) -> None:
    page = applied(client, "QM", an_authority("QM", MLA).id)

    assert visit(client.application.test_client(), page.path).status == 200
    assert visit(client, "/request-access/" + "0" * 32).status == 404
    assert visit(client, page.path[:-1]).status == 404


def test_sending_the_same_form_twice_makes_one_application(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    page = details_page(client, "QM", an_authority("QM", MLA).id).fill(**DETAILS)

    first, second = page.send(), page.send()

    assert first.path == second.path
    assert len(_applications(app)) == 1
    assert len(outbox(DETAILS["email"])) == 1


def test_going_back_and_correcting_the_address_makes_another_application(
    app: Flask, client: FlaskClient
) -> None:
    page = details_page(client, "QM", an_authority("QM", MLA).id).fill(**DETAILS)
    first = page.send()

    second = page.fill(email="ama.dzifanu@justice.qm.example").send()

    assert first.path != second.path
    assert len(_applications(app)) == 2


def test_a_form_without_its_token_comes_back_filled(app: Flask, client: FlaskClient) -> None:
    page = details_page(client, "QM", an_authority("QM", MLA).id).fill(**DETAILS)

    page = page.fill(csrf_token="stale").send()

    assert page.status == 422
    assert "This page had been open too long." in page.words
    assert page.filled["name"] == DETAILS["name"]
    assert _applications(app) == []
    assert page.fill(languages=["en"]).send().status == 200


def test_many_from_one_address_must_wait_and_keep_what_they_typed(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    authority = an_authority("QM", MLA)
    for number in range(20):
        applied(client, "QM", authority.id, email=f"a{number}@justice.qm.example")

    page = applied(client, "QM", authority.id)
    elsewhere = client.application.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "192.0.2.7"

    assert page.status == 429
    assert 0 < int(page.response.headers["Retry-After"]) <= 900
    assert page.filled["reason"] == DETAILS["reason"]
    assert applied(elsewhere, "QM", authority.id).status == 200
    assert len(_applications(app)) == 21
    at(at.moment.replace(hour=14))
    assert applied(client, "QM", authority.id, email="later@justice.qm.example").status == 200


def test_in_ipv6_one_network_is_one_address(client: FlaskClient) -> None:
    authority = an_authority("QM", MLA)
    answers = []
    for number in range(21):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number + 1:x}"
        page = applied(client, "QM", authority.id, email=f"a{number}@justice.qm.example")
        answers.append(page.status)
    client.environ_base["REMOTE_ADDR"] = "2001:db8:0:1::1"

    assert answers == [200] * 20 + [429]
    assert applied(client, "QM", authority.id).status == 200


def _as_a_stranger_sees(page: Any) -> tuple[Any, ...]:
    words = re.sub(r"A-\d{4}", "A-0000", page.words)
    headers = {name: value for name, value in page.response.headers if name != "Content-Length"}
    headers.pop("Set-Cookie", None)
    return page.status, words, headers


def _statements_to_apply(app: Flask, authority: int, email: str) -> list[str]:
    """What the database is asked when such an application is sent."""
    page = details_page(app.test_client(), "QM", authority)
    with counted(app) as seen:
        page.fill(**{**DETAILS, "email": email, "reason": "Another time."}).send(follow=False)
    return seen.statements


@pytest.mark.parametrize("known", ["member", "application"])
def test_an_address_in_use_is_answered_like_any_other(
    app: Flask, client: FlaskClient, outbox: Outbox, known: str, at: Any
) -> None:
    authority = an_authority("QM", MLA)
    if known == "member":
        a_member(authority, email=DETAILS["email"])
    else:
        applied(app.test_client(), "QM", authority.id, reason="The first time.")

    in_use = applied(client, "QM", authority.id)
    free = applied(app.test_client(), "QM", authority.id, email="b.dzifanu@justice.qm.example")

    seen = _as_a_stranger_sees(in_use)
    assert seen[0] == 200
    assert seen[1].replace(DETAILS["email"], "x") == _as_a_stranger_sees(free)[1].replace(
        "b.dzifanu@justice.qm.example", "x"
    )
    assert seen[2] == _as_a_stranger_sees(free)[2]
    about = " ".join(outbox(DETAILS["email"])[-1].text.split())
    assert ("account with this mailbox already" in about) is (known == "member")
    assert ("another application from this mailbox" in about) is (known == "application")
    assert _statements_to_apply(app, authority.id, DETAILS["email"]) == _statements_to_apply(
        app, authority.id, "c.dzifanu@justice.qm.example"
    )


def test_the_mail_names_nobody(client: FlaskClient, outbox: Outbox) -> None:
    authority = an_authority("QM", MLA, name="Office of Requests")
    a_state("QM")

    applied(client, "QM", authority.id)

    [mail] = outbox(DETAILS["email"])
    for part in (mail.subject, mail.text, mail.html):
        for told in ("Dzifanu", "Senior", "Office of Requests", "State QM", "evidence"):
            assert told not in part
