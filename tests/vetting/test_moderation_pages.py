"""The queue and the review, as a moderator uses them in a browser."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core import clock
from forum.core.db import db
from forum.directory.calls import CallBack
from forum.members.models import Member
from forum.policy import Role
from forum.vetting.models import Application, ApplicationStatus
from tests.factories import (
    LONG_AGO,
    MLA,
    PASSWORD,
    TOTP_SECRET,
    a_member,
    a_moderator,
    an_application,
    an_authority,
    sign_in,
)
from tests.pages import Page, visit
from tests.support.queries import counted
from tests.vetting.applying import Outbox, applied, mailed_link

PROVED: dict[str, Any] = {"status": ApplicationStatus.PROVED, "mailbox_proved_at": LONG_AGO}
CALLED: dict[str, Any] = {**PROVED, "call_back": CallBack.CONFIRMED, "called_at": LONG_AGO}


def _review(client: FlaskClient, application: Application) -> Page:
    return visit(client, f"/moderation/applications/{application.id}")


def _status(app: Flask, application: Application) -> ApplicationStatus:
    with app.app_context():
        return db.session.get(Application, application.id).status  # type: ignore[union-attr]


def _moderating(app: Flask, member: Member | None = None) -> FlaskClient:
    client = app.test_client()
    sign_in(client, member or a_moderator())
    return client


def test_from_application_to_admission(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
    """The whole way, each person in a browser of their own."""
    authority = an_authority("QM", MLA, email="office@justice.qm.example")
    status = applied(client, "QM", authority.id)
    words_page = visit(client, mailed_link(outbox)).send()
    first, second = _moderating(app), _moderating(app)
    queue = visit(first, "/moderation/")
    assert "Ama Dzifanu" in queue.words

    review = visit(first, next(link for link in queue.links() if "/applications/" in link))
    assert "Same domain" in review.words
    assert "a.dzifanu@justice.qm.example" in review.words
    words = next(node for node in words_page.root.iter() if node.get("id") == "words").text
    review = review.form("/call-back").fill(outcome="confirmed", words=words).send()
    assert "The call-back is recorded." in review.words
    review = review.form("/propose").fill(proposal="Known there.").send()
    assert "Another moderator decides" in review.words
    assert "You proposed this; another moderator must admit." in review.words

    admitted = visit(second, review.path).form("/approve").send()

    assert "The applicant is admitted." in admitted.words
    assert "You are admitted." in visit(client, status.path).words
    assert outbox()[-1].kind == "signin/activation"


@pytest.mark.parametrize(
    "path", ["/moderation", "/moderation/", "/moderation/queue", "/moderation/applications/1"]
)
def test_moderation_is_not_there_for_others(client: FlaskClient, path: str) -> None:
    an_application()
    member = a_member(role=Role.FOCAL_POINT)

    visitor = client.get(path)
    sign_in(client, member)

    assert visitor.status_code == 303
    assert visitor.headers["Location"].startswith("/sign-in?next=")
    assert client.get(path).status_code == 404


def test_an_application_that_does_not_exist_is_a_404(app: Flask) -> None:
    client = _moderating(app)

    for number in ("999", "99999999999999999999", "x"):
        assert visit(client, f"/moderation/applications/{number}").status == 404


def test_a_moderator_begins_at_the_queue(app: Flask) -> None:
    assert visit(_moderating(app), "/moderation/").path == "/moderation/queue"


def test_the_queue_is_by_age_and_can_be_narrowed(app: Flask, at: Any) -> None:
    authority = an_authority("QM", MLA)
    new = an_application(authority, name="New One", sent_at=at.moment - timedelta(days=1), **PROVED)
    old = an_application(authority, name="Old One", sent_at=at.moment - timedelta(days=9))
    declined = an_application(authority, name="Gone", status=ApplicationStatus.DECLINED)
    client = _moderating(app)

    page = visit(client, "/moderation/queue")
    narrowed = visit(client, "/moderation/queue?status=declined")

    assert page.words.index(old.name) < page.words.index(new.name)
    assert declined.name not in page.words
    assert "9 days ago" in page.words
    assert "(waiting for long)" in page.words
    assert declined.name in narrowed.words
    assert new.name not in narrowed.words
    assert visit(client, "/moderation/queue?status=none").status == 404


def test_the_queue_goes_on_by_pages_and_back(app: Flask, at: Any) -> None:
    authority = an_authority("QM", MLA)
    for number in range(65):
        an_application(authority, sent_at=at.moment - timedelta(minutes=number // 2))
    client = _moderating(app)

    pages, path = [], "/moderation/queue"
    while path:
        page = visit(client, path)
        pages.append(page)
        path = _rel(page, "next")
    back = visit(client, _rel(pages[-1], "prev"))

    numbers = [link for page in pages for link in page.links() if "/applications/" in link]
    assert [len([x for x in page.links() if "/applications/" in x]) for page in pages] == [
        30,
        30,
        5,
    ]
    assert len(set(numbers)) == 65
    assert back.words.split("Sent")[-1] == pages[1].words.split("Sent")[-1]
    assert _rel(pages[0], "prev") == ""


def _rel(page: Page, rel: str) -> str:
    return next((n.get("href", "") for n in page.root.iter("a") if n.get("rel") == rel), "")


@pytest.mark.parametrize(
    "cursor", ["x", "2026-01-01~1", "~", "2026-01-01T00:00+00:00~9999999999999"]
)
def test_a_cursor_that_cannot_be_read_is_as_if_it_were_not_given(app: Flask, cursor: str) -> None:
    an_application(name="Still Here")

    page = visit(_moderating(app), f"/moderation/queue?after={cursor.replace('+', '%2B')}")

    assert "Still Here" in page.words


def test_the_queue_asks_the_database_as_often_for_many_as_for_one(app: Flask) -> None:
    client = _moderating(app)
    an_application(**PROVED)
    client.get("/moderation/queue")
    with counted(app) as one:
        client.get("/moderation/queue")
    for number in range(25):
        an_application(an_authority(f"Q{'NOPQR'[number % 5]}", MLA), **PROVED)

    with counted(app) as many:
        page = visit(client, "/moderation/queue")

    assert len([link for link in page.links() if "/applications/" in link]) == 26
    assert many.total == one.total
    assert one.total <= 12, one.statements


def test_the_review_asks_the_database_as_often_for_much_as_for_little(app: Flask) -> None:
    client = _moderating(app)
    plain = an_application(**PROVED)
    _review(client, plain)
    with counted(app) as little:
        client.get(f"/moderation/applications/{plain.id}")
    busy = an_authority("QM", MLA, "UNTOC-16-EXT", "UNTOC-17-TSP")
    much = an_application(busy, email=plain.email, **CALLED)
    for _ in range(5):
        an_application(busy, email=plain.email)

    with counted(app) as more:
        client.get(f"/moderation/applications/{much.id}")

    assert more.total == little.total
    assert little.total <= 18, little.statements


def test_the_numbers_to_call_are_the_directorys(app: Flask) -> None:
    office = an_authority("QM", MLA)
    a_member(office, Role.HEAD)
    application = an_application(office, **{**PROVED, "mailbox_proved_at": clock.now()})
    other = an_authority("QM", MLA)
    client = _moderating(app)

    page = _review(client, application)

    with app.app_context():
        row = db.session.get(Application, application.id)
        own = [line.value for line in row.authority.contacts]  # type: ignore[union-attr]
        foreign = db.session.get(type(other), other.id).contacts[1].value  # type: ignore[union-attr]
    assert all(value in page.words for value in own)
    assert foreign not in page.words
    assert application.words in page.words


def test_a_domain_that_differs_is_shown_and_decides_nothing(app: Flask) -> None:
    application = an_application(**{**CALLED, "email": "a@gmail.com"})

    page = _review(_moderating(app), application)

    assert "Differs" in page.words
    assert "gives one to anybody" in page.words
    assert page.form("/propose").send().status == 200


def test_wrong_words_are_said_beside_the_field_and_what_was_typed_stays(app: Flask) -> None:
    application = an_application(**PROVED)
    page = _review(_moderating(app), application)

    page = page.form("/call-back").fill(outcome="confirmed", words="amber", note="Ms K.").send()

    assert page.status == 422
    assert "These are not the words" in page.words
    assert page.form("/call-back").filled["note"] == "Ms K."
    assert page.form("/call-back").filled["words"] == "amber"


def test_a_call_without_an_outcome_or_from_a_tampered_number_is_refused(app: Flask) -> None:
    application = an_application(**PROVED)
    page = _review(_moderating(app), application)

    assert "Say how the call ended." in page.form("/call-back").send().words
    tampered = page.form("/call-back").fill(number="999", outcome="confirmed", words="x").send()
    assert tampered.status == 422
    assert "Choose a number from the directory entry." in tampered.words
    unknown = page.form("/call-back").fill(outcome="bribed").send()
    assert unknown.status == 422


def test_declining_needs_a_reason_that_the_applicant_does_not_see(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    status = applied(client, "QM", an_authority("QM", MLA).id)
    moderating = _moderating(app)
    queue = visit(moderating, "/moderation/queue")
    review = visit(moderating, next(link for link in queue.links() if "/applications/" in link))

    refused = review.form("/decline").fill(reason="  ").send()
    declined = review.form("/decline").fill(reason="Not known there.").send()

    assert refused.status == 422
    assert "Give the reason." in refused.words
    assert "Not known there." in declined.words
    seen = visit(client, status.path)
    assert "could not admit this application" in seen.words
    assert "Not known" not in seen.text
    assert outbox()[-1].kind == "vetting/declined"


def test_decisions_need_a_recent_proof_and_reading_does_not(app: Flask, at: Any) -> None:
    application = an_application(**CALLED)
    client = _moderating(app)
    there = f"/moderation/applications/{application.id}"
    token = _review(client, application).form("/decline").filled["csrf_token"]
    at(timedelta(minutes=11))

    page = _review(client, application)

    assert page.status == 200
    assert "Confirm and decide" in page.words
    assert not [form for form in page.root.iter("form") if there in form.get("action", "")]
    for act in ("call-back", "propose", "approve", "decline", "assign", "invite"):
        answer = client.post(f"{there}/{act}", data={"csrf_token": token})
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/confirm?next={there}"
    assert _status(app, application) is ApplicationStatus.PROVED


def test_a_reason_typed_too_slowly_comes_back_after_the_proof(app: Flask, at: Any) -> None:
    application, moderator = an_application(**CALLED), a_moderator()
    client = _moderating(app, moderator)
    page = _review(client, application)
    at(timedelta(minutes=11))

    asked = page.form("/decline").fill(reason="Nobody there knows the applicant.").send()
    code = pyotp.TOTP(TOTP_SECRET).at(at.moment)
    back = asked.fill(password=PASSWORD, code=code).send()

    assert back.path == f"/moderation/applications/{application.id}"
    assert back.form("/decline").filled["reason"] == "Nobody there knows the applicant."
    assert "What you had typed was kept." in back.words
    assert back.form("/decline").send().status == 200
    assert _status(app, application) is ApplicationStatus.DECLINED


def test_the_second_of_two_moderators_is_told_and_keeps_the_text(app: Flask) -> None:
    application = an_application(**CALLED)
    first, second = _moderating(app), _moderating(app)
    late = _review(second, application)
    _review(first, application).form("/decline").fill(reason="Not known.").send()

    page = late.form("/propose").fill(proposal="All well.").send()

    assert page.status == 409
    assert "Somebody else was faster" in page.words
    assert _status(app, application) is ApplicationStatus.DECLINED


def test_what_admission_lacks_stands_beside_the_button(app: Flask) -> None:
    application = an_application()

    page = _review(_moderating(app), application)

    assert "The mailbox is not proved yet." in page.words
    assert "No call-back has confirmed the applicant yet." in page.words
    assert not [form for form in page.root.iter("form") if "/propose" in form.get("action", "")]


def test_an_account_with_the_mailbox_is_shown_to_moderators(app: Flask) -> None:
    application = an_application(**CALLED)
    holder = a_member(email=application.email.upper(), name="Ama Already")
    other = an_application(email=application.email)

    page = _review(_moderating(app), application)

    assert "A member has this mailbox already" in page.words
    assert holder.name in page.words
    assert other.number in page.words
    assert "no account can come of it" in page.words


def test_a_moderators_own_application_offers_them_nothing(app: Flask) -> None:
    moderator = a_moderator()
    application = an_application(**{**CALLED, "email": moderator.email})
    client = _moderating(app, moderator)

    page = _review(client, application)
    token = next(n.get("value") for n in page.root.iter("input") if n.get("name") == "csrf_token")
    answer = client.post(
        f"/moderation/applications/{application.id}/decline",
        data={"csrf_token": token, "reason": "Mine."},
    )

    assert "This mailbox is yours." in page.words
    assert answer.status_code == 403
    assert _status(app, application) is ApplicationStatus.PROVED


def test_an_unlisted_authority_is_assigned_on_the_page(app: Flask, client: FlaskClient) -> None:
    entry = an_authority("QM", MLA, name="The Right Office")
    an_authority("QN", MLA, name="Foreign Office")
    applied(client, "QM", "unlisted", unlisted_authority="The Rite Office")
    moderating = _moderating(app)
    queue = visit(moderating, "/moderation/queue")
    assert "Not listed: The Rite Office" in queue.words
    review = visit(moderating, next(link for link in queue.links() if "/applications/" in link))
    assert "Foreign Office" not in review.words

    refused = review.form("/assign").send()
    assigned = review.form("/assign").fill(authority=entry.id).send()

    assert refused.status == 422
    assert "Choose one of the entries of this State." in refused.words
    assert "Entry assigned: The Right Office" in assigned.words
    assert "The Rite Office" in assigned.words


def test_what_an_applicant_types_is_text_and_never_markup(app: Flask, client: FlaskClient) -> None:
    hostile = '<script>alert(1)</script>"><b>'
    applied(client, "QM", an_authority("QM", MLA).id, name=hostile, post=hostile, reason=hostile)
    moderating = _moderating(app)
    queue = visit(moderating, "/moderation/queue")

    review = visit(moderating, next(link for link in queue.links() if "/applications/" in link))

    assert hostile in queue.words
    assert hostile in review.words
    assert "<script>alert" not in queue.text + review.text
