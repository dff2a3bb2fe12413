"""Do you know this person? Who is asked, who may answer, and what moderators see of it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict
from forum.directory.calls import CallBack
from forum.policy import Role
from forum.vetting import operations
from forum.vetting.models import Answer, Application, ApplicationStatus, Vouching
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    a_word,
    actor_of,
    an_application,
    an_authority,
    sign_in,
)
from tests.pages import visit
from tests.support.at_once import at_once
from tests.vetting.applying import Outbox, applied, mailed_link


def asked_about(authority: Any, **more: Any) -> Application:
    """An application whose mailbox was proved just now."""
    facts = {"status": ApplicationStatus.PROVED, "mailbox_proved_at": clock.now(), **more}
    return an_application(authority, **facts)


def said(app: Flask, application: Application) -> list[Answer]:
    with app.app_context():
        found = db.select(Vouching).filter_by(application_id=application.id, replaced_at=None)
        return [one.answer for one in db.session.scalars(found)]


def test_head_and_focal_point_are_asked_when_the_mailbox_is_proved(
    client: FlaskClient, outbox: Outbox
) -> None:
    office, sister, foreign = an_authority("QM", MLA), an_authority("QM"), an_authority("QN", MLA)
    head, focal = a_member(office, Role.HEAD), a_member(sister, Role.FOCAL_POINT)
    a_member(sister, Role.HEAD), a_member(foreign, Role.FOCAL_POINT), a_member(office)
    applied(client, "QM", office.id)
    assert not [mail for mail in outbox() if mail.kind == "vetting/word_asked"]

    visit(client, mailed_link(outbox)).send()

    mails = [mail for mail in outbox() if mail.kind == "vetting/word_asked"]
    assert {mail.recipient for mail in mails} == {head.email, focal.email}
    for mail in mails:
        assert "Dzifanu" not in mail.text + mail.html + mail.subject
        assert office.name not in mail.text + mail.html


def test_a_head_answers_and_the_moderators_see_who_when_and_what(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    head, application = a_member(office, Role.HEAD), asked_about(an_authority("QM", MLA))
    application = asked_about(office)
    sign_in(client, head)
    page = visit(client, "/desk/questions")
    page = visit(client, next(link for link in page.links() if "/questions/" in link))
    assert application.email in page.words

    done = page.fill(answer="known", note="Joined us in May.").send()

    assert "Your answer is with the Secretariat." in done.words
    moderating = app.test_client()
    sign_in(moderating, a_moderator())
    review = visit(moderating, f"/moderation/applications/{application.id}")
    assert f"Knows the applicant – {head.name}, Head of the office" in review.words
    assert "Joined us in May." in review.words


def test_a_denial_is_shown_and_nobody_is_admitted_against_it(app: Flask) -> None:
    office = an_authority("QM", MLA)
    head = a_member(office, Role.HEAD)
    application = asked_about(office, call_back=CallBack.CONFIRMED, called_at=clock.now())
    a_word(application, head, Answer.NOT_KNOWN)
    moderator = a_moderator()
    moderating = app.test_client()
    sign_in(moderating, moderator)

    review = visit(moderating, f"/moderation/applications/{application.id}")

    assert "Does not know the applicant" in review.words
    assert "Somebody who answers for the authority does not know the applicant." in review.words
    with app.app_context(), pytest.raises(Conflict, match="does not know"):
        operations.propose(actor_of(moderator), application.id)


def test_silence_holds_no_admission_up_and_after_some_days_counts_as_nobody_to_vouch(
    app: Flask, at: Any
) -> None:
    office = an_authority("QM", MLA)
    a_member(office, Role.HEAD)
    application = asked_about(office, call_back=CallBack.CONFIRMED, called_at=clock.now())
    moderator = a_moderator()
    moderating = app.test_client()
    sign_in(moderating, moderator)
    path = f"/moderation/applications/{application.id}"

    assert "silence counts as nobody to vouch" in visit(moderating, path).words
    at(timedelta(days=7))
    sign_in(moderating, moderator)
    assert "silence counts as nobody to vouch" not in visit(moderating, path).words
    with app.app_context():
        operations.propose(actor_of(moderator), application.id)


@pytest.mark.parametrize("path", ["/desk/questions/{0}", "/desk/questions/999"])
def test_who_is_not_asked_learns_nothing(app: Flask, path: str) -> None:
    office, sister = an_authority("QM", MLA), an_authority("QM", MLA)
    application = asked_about(office)
    others = [
        a_member(sister, Role.HEAD),
        a_member(an_authority("QN"), Role.FOCAL_POINT),
        a_member(office),
        a_moderator(),
    ]
    answers = set()
    for member in others:
        client = app.test_client()
        sign_in(client, member)
        answer = client.get(path.format(application.id))
        assert answer.status_code == 404
        if member.id != others[2].id and member.id != others[3].id:
            assert application.name not in visit(client, "/desk/questions").words
        answers.add(answer.status_code)
    assert answers == {404}


def test_nobody_is_asked_about_themselves(app: Flask, client: FlaskClient) -> None:
    office = an_authority("QM", MLA)
    head = a_member(office, Role.HEAD)
    application = asked_about(office, email=head.email.upper())
    sign_in(client, head)

    assert "Nobody waits for your word" in visit(client, "/desk/questions").words
    assert client.get(f"/desk/questions/{application.id}").status_code == 404


def test_an_answer_can_be_changed_and_what_was_said_before_stays_on_record(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    application = asked_about(office)
    sign_in(client, a_member(office, Role.HEAD))
    address = f"/desk/questions/{application.id}"

    for answer in ("not_known", "known", "known"):
        visit(client, address).fill(answer=answer).send()

    assert said(app, application) == [Answer.KNOWN]
    with app.app_context():
        assert db.session.query(Vouching).count() == 2


def test_an_answer_after_the_decision_finds_the_question_gone(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM", MLA)
    application = asked_about(office)
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, f"/desk/questions/{application.id}")
    with app.app_context():
        operations.decline(actor_of(a_moderator()), application.id, "No.")

    late = page.fill(answer="known").send()

    assert late.status == 404
    assert said(app, application) == []


def test_answering_needs_a_recent_proof_and_keeps_what_was_typed(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    office = an_authority("QM", MLA)
    application = asked_about(office)
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, f"/desk/questions/{application.id}")
    at(timedelta(minutes=11))

    asked = page.fill(answer="known", note="Since May.").send(follow=False)

    assert asked.response.headers["Location"].startswith("/confirm?next=/desk/questions/")
    assert said(app, application) == []


def test_a_choice_that_is_none_is_refused_beside_the_field(app: Flask, client: FlaskClient) -> None:
    office = an_authority("QM", MLA)
    application = asked_about(office)
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, f"/desk/questions/{application.id}")

    empty = page.fill(note="Kept.").send()
    other = page.fill(answer="perhaps").send()

    assert (empty.status, other.status) == (422, 422)
    assert "Choose one of the answers." in empty.words
    assert empty.form().filled["note"] == "Kept."


def test_two_who_answer_at_once_are_both_heard(app: Flask) -> None:
    office = an_authority("QM", MLA)
    application = asked_about(office)
    actors = [actor_of(a_member(office, Role.HEAD)), actor_of(a_member(office, Role.FOCAL_POINT))]

    at_once(
        app,
        lambda actor: operations.give_word(actor, application.id, "known"),
        [*actors, actors[0]],
    )

    assert said(app, application) == [Answer.KNOWN, Answer.KNOWN]


def test_today_says_how_many_applicants_wait_for_the_word(app: Flask, client: FlaskClient) -> None:
    office = an_authority("QM", MLA)
    asked_about(office), asked_about(an_authority("QN", MLA))
    sign_in(client, a_member(office, Role.HEAD))

    page = visit(client, "/")

    assert "1 thing needs you" in page.words
    assert "1 applicant waits for your word." in page.words
    assert "/desk/questions" in page.links()
