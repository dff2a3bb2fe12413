"""Nominating an officer: by whom, for what, and how one moderator admits the nominee."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict, Forbidden, Invalid
from forum.directory.models import Authority, Representation
from forum.directory.operations import end_representation
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from forum.vetting import operations
from forum.vetting.models import Application, ApplicationStatus
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    actor_of,
    an_application,
    an_authority,
    sign_in,
)
from tests.pages import Page, visit
from tests.support.at_once import at_once
from tests.vetting.applying import Outbox, mailed_link

NOMINEE = {
    "name": "Ama Dzifanu",
    "post": "Legal officer",
    "email": "a.dzifanu@justice.qm.example",
    "languages": ["en", "fr"],
}


def nominated(client: FlaskClient, authority: Authority, **changed: Any) -> Page:
    page = visit(client, "/desk/nominations/new")
    return page.fill(authority=authority.id, **{**NOMINEE, **changed}).send()


def the_nomination(app: Flask) -> Application:
    with app.app_context():
        found = db.session.scalars(db.select(Application)).one()
        db.session.expunge_all()
        return found


def test_a_nominee_proves_the_mailbox_and_one_moderator_admits(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    office = an_authority("QM", MLA, email="office@justice.qm.example")
    head = a_member(office, Role.HEAD)
    sign_in(client, head)
    assert "Mailbox not proved yet" in nominated(client, office).words
    mail = outbox(NOMINEE["email"])[-1]
    assert mail.kind == "vetting/nominated"
    assert "Dzifanu" not in mail.text + mail.html

    nominee = app.test_client()
    status = visit(nominee, mailed_link(outbox)).send()
    assert "Your mailbox is proved." in status.words
    assert "words" not in {node.get("id") for node in status.root.iter()}
    moderating = app.test_client()
    sign_in(moderating, a_moderator())
    queue = visit(moderating, "/moderation/queue")
    review = visit(moderating, next(link for link in queue.links() if "/applications/" in link))
    assert f"Head of the office: {head.name}" in review.words
    done = review.form("/approve").send()

    assert "The applicant is admitted." in done.words
    assert outbox(NOMINEE["email"])[-1].kind == "signin/activation"
    assert "Admitted" in visit(client, "/desk/nominations").words
    with app.app_context():
        [member] = db.session.scalars(db.select(Member).filter_by(name=NOMINEE["name"]))
        [held] = db.session.scalars(db.select(Representation).filter_by(member_id=member.id))
        assert (member.status, held.role) == (MemberStatus.PENDING, Role.OFFICER)
        assert held.authority_id == office.id
        assert "Nominated by the head" in member.vetted_how


@pytest.mark.parametrize("role", [Role.HEAD, Role.FOCAL_POINT])
def test_nobody_is_nominated_for_an_authority_of_others(
    app: Flask, client: FlaskClient, role: Role
) -> None:
    office, sister, foreign = an_authority("QM", MLA), an_authority("QM"), an_authority("QN")
    actor = actor_of(a_member(office, role))

    for authority in (foreign, *([sister] if role is Role.HEAD else [])):
        nominee = operations.Nominee(str(authority.id), "A", "B", "a@office.example", ("en",))
        with app.app_context(), pytest.raises(Invalid, match="you answer for"):
            operations.nominate(actor, nominee, once="x" * 30)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.MODERATOR])
def test_others_cannot_nominate(client: FlaskClient, app: Flask, role: Role) -> None:
    sign_in(client, a_moderator() if role is Role.MODERATOR else a_member())

    assert client.get("/desk/nominations").status_code == 404
    assert client.get("/desk/nominations/new").status_code == 404


def test_a_mailbox_in_use_is_told_to_nobody_but_its_holder(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    office = an_authority("QM", MLA)
    taken = a_member(email="taken@justice.qm.example")
    sign_in(client, a_member(office, Role.HEAD))

    def seen(email: str) -> str:
        page = nominated(client, office, email=email)
        return re.sub(r'value="[^"]+"|nominations/\d+', "", page.text.replace(email, ""))

    first = seen("free@justice.qm.example")
    operations_page = visit(client, "/desk/nominations").form("/withdraw").send()
    assert "withdrawn" in operations_page.words
    second = seen(taken.email)

    assert first.count("Mailbox not proved yet") == second.count("Mailbox not proved yet") == 1
    assert outbox("free@justice.qm.example")[-1].kind == "vetting/nominated"
    assert outbox(taken.email)[-1].kind == "vetting/mailbox_known"


def test_a_form_sent_twice_nominates_once(app: Flask, client: FlaskClient, outbox: Outbox) -> None:
    office = an_authority("QM", MLA)
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, "/desk/nominations/new").fill(authority=office.id, **NOMINEE)

    page.send(), page.send()

    assert the_nomination(app).name == NOMINEE["name"]
    assert len(outbox(NOMINEE["email"])) == 1


def test_what_is_missing_is_said_and_what_was_typed_stays(app: Flask, client: FlaskClient) -> None:
    office = an_authority("QM", MLA)
    sign_in(client, a_member(office, Role.FOCAL_POINT))

    page = nominated(client, office, name="", email="nobody@", languages=["en"])

    assert page.status == 422
    assert "Write the name." in page.words
    assert "not a whole e-mail address" in page.words
    assert page.form().filled["post"] == NOMINEE["post"]


def test_a_link_that_is_too_old_used_foreign_or_mangled_proves_nothing(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    office, nominee = an_authority("QM", MLA), app.test_client()
    sign_in(client, a_member(office, Role.HEAD))
    nominated(client, office)
    link = mailed_link(outbox)
    nominated(client, office, email="b.other@justice.qm.example")
    foreign = mailed_link(outbox, "b.other@justice.qm.example")
    mixed = "/prove/".join((link.partition("/prove/")[0], foreign.partition("/prove/")[2]))

    def statuses() -> list[ApplicationStatus]:
        with app.app_context():
            return list(db.session.scalars(db.select(Application.status)))

    for path in (mixed, link[:-1], link + "x"):
        assert visit(nominee, path).status == 410
    at(timedelta(days=7, minutes=1))
    assert visit(nominee, link).status == 410
    assert set(statuses()) == {ApplicationStatus.SENT}
    visit(nominee, visit(nominee, link.partition("/prove/")[0]).form("/mail").send().path)
    renewed = mailed_link(outbox)
    visit(nominee, renewed).send()
    assert visit(nominee, renewed).status == 410
    assert sorted(statuses()) == [ApplicationStatus.PROVED, ApplicationStatus.SENT]


def of_nominator(member: Member, office: Authority, **more: Any) -> Application:
    facts = {
        "status": ApplicationStatus.PROVED,
        "mailbox_proved_at": clock.now(),
        "nominated_by_id": member.id,
        "nominated_as": Role.HEAD,
        **more,
    }
    return an_application(office, **facts)


def test_a_nomination_lapses_with_the_role_of_whoever_made_it(app: Flask) -> None:
    office = an_authority("QM", MLA)
    head = a_member(office, Role.HEAD)
    application, moderator = of_nominator(head, office), actor_of(a_moderator())

    with app.app_context():
        end_representation(head.id, office.id)
        with pytest.raises(Conflict, match="does not answer for this authority"):
            operations.approve(moderator, application.id)


def test_no_mailbox_no_admission(app: Flask) -> None:
    office = an_authority("QM", MLA)
    application = of_nominator(
        a_member(office, Role.HEAD),
        office,
        status=ApplicationStatus.SENT,
        mailbox_proved_at=None,
    )

    with app.app_context(), pytest.raises(Conflict, match="mailbox is not proved"):
        operations.approve(actor_of(a_moderator()), application.id)


def test_who_nominated_does_not_admit(app: Flask) -> None:
    office = an_authority("QM", MLA)
    moderator = a_moderator()
    application = of_nominator(moderator, office)

    with app.app_context(), pytest.raises(Forbidden):
        operations.approve(actor_of(moderator), application.id)


def test_of_two_moderators_at_once_one_admits(app: Flask) -> None:
    office = an_authority("QM", MLA)
    application = of_nominator(a_member(office, Role.HEAD), office)
    actors = [actor_of(a_moderator()), actor_of(a_moderator())]

    refused = at_once(app, lambda actor: operations.approve(actor, application.id), actors)

    assert [type(error) for error in refused] == [Conflict]
    with app.app_context():
        assert db.session.query(Member).filter_by(status=MemberStatus.PENDING).count() == 1


def test_a_nomination_of_another_authority_is_not_there(app: Flask, client: FlaskClient) -> None:
    office, other = an_authority("QM", MLA), an_authority("QM", MLA)
    application = of_nominator(a_member(other, Role.HEAD), other)
    sign_in(client, a_member(office, Role.HEAD))
    page = visit(client, "/desk/nominations")
    token = next(n.get("value") for n in page.root.iter("input") if n.get("name") == "csrf_token")

    answer = client.post(f"/desk/nominations/{application.id}/withdraw", data={"csrf_token": token})

    assert application.name not in page.words
    assert answer.status_code == 404
