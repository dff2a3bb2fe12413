"""From a stranger to a member: application, proof of the mailbox, call-back, two moderators, activation."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from forum.app import create_app
from forum.audit.models import AuditEntry
from forum.audit.walk import verify
from forum.core.db import db
from tests import factories
from tests.conftest import close
from tests.journeys.people import Postman, begin_sign_in, link_in, sign_in, text_of
from tests.pages import Page, visit
from tests.support import totp
from tests.support.demonstration import NEXT_CODE, Account, Demonstration
from tests.support.smtp import Mailbox

APPLICANT = "z.ferrandol@relaciones.qp.example"
PASSWORD = "seven herons over the grey delta"
FIRST_NUMBER = "+000 555 0115"


@pytest.fixture
def posting_app(demonstration: Demonstration, mailbox: Mailbox) -> "Flask":
    """The demonstration, with a real mail server."""
    made = create_app(replace(demonstration.settings, smtp_url=mailbox.url))
    factories.use(made)
    yield made
    close(made)


@pytest.fixture
def post(posting_app: Flask, mailbox: Mailbox) -> Postman:
    return Postman(posting_app, mailbox)


def apply(app: Flask, **changed: object) -> Page:
    """State, authority, details; the status page."""
    page = visit(app.test_client(), "/request-access").fill(state="QP").send()
    chosen = next(
        node.find("input").get("value")
        for node in page.root.iter("label")
        if "Directorate of Legal Affairs" in "".join(node.itertext())
    )
    page = page.form("request-access").fill(authority=chosen).send()
    facts = {
        "name": "Z. Ferrandol",
        "post": "Legal adviser",
        "email": APPLICANT,
        "languages": ["es", "en"],
        "reason": "I draft our extradition requests. The director of legal affairs knows.",
        **changed,
    }
    return page.form("request-access").fill(**facts).send()


def prove(app: Flask, post: Postman, address: str = APPLICANT) -> Page:
    """Press the button behind the mailed link, in another browser."""
    link = link_in(post.bring(address)[-1])
    return visit(app.test_client(), link).form("prove").send()


def open_application(
    demonstration: Demonstration, app: Flask, moderator: Account, name: str = "Z. Ferrandol"
) -> Page:
    """The moderator signs in, and finds it in the queue."""
    queue = sign_in(demonstration, app.test_client(), moderator, "/moderation/queue")
    assert queue.path == "/moderation/queue"
    (row,) = [row for row in queue.root.iter("tr") if name in "".join(row.itertext())]
    return visit(queue.client, next(row.iter("a")).get("href", ""))


def test_an_applicant_becomes_a_member(
    demonstration: Demonstration, posting_app: Flask, post: Postman
) -> None:
    first, second = (demonstration.account(name) for name in ("network.secretariat", "i.karvell"))

    # the application
    status = apply(posting_app)
    assert status.heading == "Your application"
    assert status.path.startswith("/request-access/")
    assert len(status.path.removeprefix("/request-access/")) >= 22
    assert "words" not in {node.get("id") for node in status.root.iter()}

    # the mailbox
    (mail,) = post.bring(APPLICANT)
    assert not {"Ferrandol", "Extradition", "QP"} & set(text_of(mail).split())
    link = link_in(mail)
    assert visit(posting_app.test_client(), link).status == 200  # a scanner opens it
    proved = prove(posting_app, post)
    assert "proved" in proved.words
    assert visit(posting_app.test_client(), link).status == 410
    status = visit(status.client, status.path)
    words = next(node for node in status.root.iter() if node.get("id") == "words").text

    # the focal point of the State says so
    focal = demonstration.account("l.orbezo")
    asked = link_in(post.bring(focal.email)[-1])
    question = sign_in(demonstration, posting_app.test_client(), focal, f"/sign-in?next={asked}")
    assert question.path == asked
    assert "Z. Ferrandol" in question.words
    assert question.form("questions").fill(answer="known").send().path == "/desk/questions"

    # the first moderator calls back and proposes
    review = open_application(demonstration, posting_app, first)
    assert FIRST_NUMBER in review.words
    number = next(
        node.find("input").get("value")
        for node in review.root.iter("label")
        if FIRST_NUMBER in "".join(node.itertext())
    )
    wrong = (
        review.form("call-back")
        .fill(number=number, outcome="confirmed", words="three other words", note="By the desk.")
        .send()
    )
    assert wrong.status == 422
    assert wrong.form("call-back").filled["note"] == "By the desk."
    review = wrong.form("call-back").fill(number=number, outcome="confirmed", words=words).send()
    assert review.status == 200
    review = review.form("propose").fill(proposal="Known at the desk.").send()
    assert review.status == 200
    assert not [form for form in review.root.iter("form") if "approve" in form.get("action", "")]
    refused = review.client.post(
        f"{review.path}/approve", data={"csrf_token": review.form().filled["csrf_token"]}
    )
    assert refused.status_code in {403, 409}

    # the second one approves
    review = open_application(demonstration, posting_app, second)
    review = review.form("approve").send()
    assert review.status == 200
    assert visit(status.client, status.path).words.count("admitted") >= 1

    # activation
    activation = post.bring(APPLICANT)[-1]
    member = activate(demonstration, posting_app, link_in(activation))
    assert member.heading.endswith("need you") or "needs you" in member.heading
    with posting_app.app_context():
        actions = set(db.session.scalars(select(AuditEntry.action)))
        assert verify().fault is None
    assert {
        "application:send",
        "application:prove",
        "application:call_back",
        "application:propose",
        "application:admit",
        "member:admit",
    } <= actions


def activate(demonstration: Demonstration, app: Flask, link: str) -> Page:
    """Password, zone, authenticator, recovery codes, first sign-in; the page one lands on."""
    page = visit(app.test_client(), link)
    page = page.fill(password="short", password_again="short").send()
    assert page.status == 422
    page = page.fill(
        password=PASSWORD, password_again=PASSWORD, zone="America/Lima", rules="y"
    ).send()
    secret = "".join("".join(next(page.root.iter("samp")).itertext()).split())
    assert [node for node in page.root.iter() if node.tag.endswith("svg")]
    wrong = page.fill(code="000000").send()
    assert wrong.status == 422
    assert demonstration.clock is not None
    moment = demonstration.clock(NEXT_CODE)
    page = wrong.fill(code=totp.code(secret, moment)).send()
    (codes,) = [node for node in page.root.iter("ul") if node.get("class") == "cp-recovery"]
    assert len({"".join(code.itertext()) for code in codes}) == 10
    assert visit(page.client, "/threads").path.startswith("/sign-in")
    page = page.fill(saved="y").send()
    assert page.path == "/sign-in"
    assert visit(page.client, link).status == 404
    me = Account(APPLICANT, PASSWORD, secret, "officer", "", "QP")
    again = begin_sign_in(page.client, me).fill(code=totp.code(secret, moment)).send()
    assert again.status == 422  # the code that was spent when the app was proved
    return again.fill(code=demonstration.code(secret)).send()


def test_a_declined_applicant_is_told_no_reason(
    demonstration: Demonstration, posting_app: Flask, post: Postman
) -> None:
    status = apply(posting_app)
    prove(posting_app, post)

    review = open_application(demonstration, posting_app, demonstration.account("d.okweru"))
    review = review.form("decline").fill(reason="Unknown at the desk.").send()

    status = visit(status.client, status.path)
    assert "could not admit" in status.words
    assert "Unknown at the desk." not in status.text


def test_an_application_sent_twice_is_one(demonstration: Demonstration, posting_app: Flask) -> None:
    page = visit(posting_app.test_client(), "/request-access?state=QP&authority=unlisted")
    page.form("request-access").fill(
        unlisted_authority="Provincial court of Sarn",
        name="Z. Ferrandol",
        post="Clerk",
        email=APPLICANT,
        languages=["es"],
        reason="Requests reach us.",
    )

    first, second = page.send(), page.send()

    assert first.path == second.path
    assert first.status == second.status == 200
