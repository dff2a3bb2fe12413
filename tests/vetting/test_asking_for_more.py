"""A question to the applicant, the answer, and taking an application back."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import db
from forum.vetting.models import Application, ApplicationStatus
from forum.vetting.operations import expire_old, reseal_references
from tests.factories import MLA, a_moderator, an_authority, sign_in
from tests.pages import Page, visit
from tests.vetting.applying import Outbox, applied, mailed_link


def proved(client: FlaskClient, outbox: Outbox) -> Page:
    """The status page of an application whose mailbox is proved."""
    status = applied(client, "QM", an_authority("QM", MLA).id)
    visit(client, mailed_link(outbox)).send()
    return visit(client, status.path)


def moderating(app: Flask) -> Page:
    client = app.test_client()
    sign_in(client, a_moderator())
    queue = visit(client, "/moderation/queue")
    return visit(client, next(link for link in queue.links() if "/applications/" in link))


def status_of(app: Flask) -> ApplicationStatus:
    with app.app_context():
        return db.session.scalars(db.select(Application.status)).one()


def test_the_applicant_is_told_by_mail_answers_and_is_back_in_the_queue(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    status = proved(client, outbox)
    review = moderating(app)

    asked = review.form("/ask").fill(question="Who is your head of unit?").send()

    assert "The question is on the applicant’s page" in asked.words
    assert not [form for form in asked.root.iter("form") if "/propose" in form.get("action", "")]
    mail = outbox()[-1]
    assert mail.kind == "vetting/more_asked"
    assert "head of unit" not in mail.text + mail.html
    assert status.path in mail.text
    page = visit(client, status.path)
    assert "Who is your head of unit?" in page.words
    empty = page.form("/answer").fill(answer=" ").send()
    assert empty.status == 422
    assert "Write an answer." in empty.words
    done = empty.form("/answer").fill(answer="Ms Karvell.").send()
    assert "Your answer is with the Secretariat." in done.words
    assert status_of(app) is ApplicationStatus.PROVED
    assert "Ms Karvell." in visit(review.client, review.path).words


def test_an_answer_sent_twice_is_kept_once(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
    status = proved(client, outbox)
    moderating(app).form("/ask").fill(question="Who?").send()
    page = visit(client, status.path).form("/answer").fill(answer="Ms Karvell.")

    page.send()
    again = page.fill(answer="Mr Other.").send()

    assert "Nothing is asked of you now." in again.words
    review = moderating(app)
    assert "Ms Karvell." in review.words
    assert "Mr Other." not in review.words


def test_an_application_that_was_asked_for_more_expires_as_well(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    status = proved(client, outbox)
    moderating(app).form("/ask").fill(question="Who?").send()
    at(timedelta(days=31))

    with app.app_context():
        assert expire_old() == 1

    assert "has expired" in visit(client, status.path).words


@pytest.mark.parametrize("is_proved", [False, True])
def test_an_applicant_takes_the_application_back_once_that_is_confirmed(
    app: Flask, client: FlaskClient, outbox: Outbox, is_proved: bool
) -> None:
    status = applied(client, "QM", an_authority("QM", MLA).id)
    link = mailed_link(outbox)
    if is_proved:
        visit(client, link).send()
    page = visit(client, status.path + "/withdraw")
    assert "Withdraw the application?" in page.words
    assert status_of(app) is not ApplicationStatus.WITHDRAWN  # opening it changes nothing

    done = page.form("withdraw").send()

    assert "This application was withdrawn." in done.words
    assert status_of(app) is ApplicationStatus.WITHDRAWN
    assert page.form("withdraw").send().path == status.path  # pressed again: as if once
    assert visit(client, link).status == 410
    assert "Apply again" in visit(client, status.path).words


def test_a_decision_comes_too_late_for_an_application_that_was_withdrawn(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    status = proved(client, outbox)
    review = moderating(app).form("/decline").fill(reason="Unknown.")
    visit(client, status.path + "/withdraw").form("withdraw").send()

    late = review.send()

    assert late.status == 409
    assert "moved on" in late.words
    assert status_of(app) is ApplicationStatus.WITHDRAWN


@pytest.mark.parametrize("act", ["withdraw", "answer"])
def test_a_foreign_or_mangled_address_is_a_404(client: FlaskClient, app: Flask, act: str) -> None:
    page = visit(client, "/request-access")
    token = next(n.get("value") for n in page.root.iter("input") if n.get("name") == "csrf_token")

    for secret in ("0" * 32, "%ff", "x"):
        answer = client.post(
            f"/request-access/{secret}/{act}", data={"csrf_token": token, "answer": "x"}
        )
        assert answer.status_code in {400, 404}


def test_the_secret_of_a_status_page_lies_encrypted_and_outlasts_a_change_of_keys(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    status = applied(client, "QM", an_authority("QM", MLA).id)
    secret = status.path.rpartition("/")[2]

    with app.app_context():
        raw = db.session.scalars(db.text("SELECT sealed_reference FROM applications")).one()
        assert secret not in raw
        assert reseal_references() == 1
        again = db.session.scalars(db.text("SELECT sealed_reference FROM applications")).one()
        assert again != raw
        assert db.session.scalars(db.select(Application.sealed_reference)).one() == secret


def test_what_a_stranger_sends_is_counted(client: FlaskClient, app: Flask) -> None:
    page = visit(client, "/request-access")
    token = next(n.get("value") for n in page.root.iter("input") if n.get("name") == "csrf_token")

    def send() -> int:
        return client.post(
            f"/request-access/{'0' * 32}/withdraw", data={"csrf_token": token}
        ).status_code

    assert {send() for _ in range(120)} == {404}
    assert send() == 429
    assert client.get("/request-access").status_code == 200
