"""Focal points: a note on record, two moderators, one link, an end."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.db import db
from forum.core.errors import Conflict, Forbidden
from forum.directory.models import Representation
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from forum.signin.models import OneTimeLink
from forum.vetting import operations
from forum.vetting.models import Naming, NamingStatus
from tests.factories import (
    MLA,
    a_member,
    a_moderator,
    a_naming,
    actor_of,
    an_authority,
    sign_in,
)
from tests.pages import Page, visit
from tests.support.at_once import at_once
from tests.vetting.applying import Outbox

NOTE = {
    "note_reference": "NV/2026/118",
    "note_dated_on": "2026-11-02",
    "name": "Ama Dzifanu",
    "post": "Director",
    "email": "a.dzifanu@justice.qm.example",
    "languages": ["en"],
    "from_on": "2026-11-09",
}


def moderating(app: Flask, member: Member | None = None) -> FlaskClient:
    client = app.test_client()
    sign_in(client, member or a_moderator())
    return client


def registered(client: FlaskClient, authority_id: int, **changed: Any) -> Page:
    page = visit(client, "/moderation/focal-points/new").fill(state="QM").send()
    return page.fill(authority=authority_id, **{**NOTE, **changed}).send()


def test_one_moderator_registers_the_note_another_makes_the_focal_point(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    office = an_authority("QM", MLA, zone="Africa/Nairobi")
    first, second = moderating(app), moderating(app)

    page = registered(first, office.id, until_on="2028-11-08")

    assert "Another moderator confirms it." in page.words
    assert "NV/2026/118" in page.words
    assert "another moderator must confirm" in page.words
    assert not [form for form in page.root.iter("form") if "/confirm" in form.get("action", "")]
    assert outbox() == []
    assert "1 note waits for a second moderator." in visit(second, "/moderation/queue").words
    done = visit(second, page.path).form("/confirm").send()
    assert "In force" in done.words
    mail = outbox(NOTE["email"])[-1]
    assert mail.kind == "signin/activation"
    with app.app_context():
        [member] = db.session.scalars(db.select(Member).filter_by(name=NOTE["name"]))
        [held] = db.session.scalars(db.select(Representation).filter_by(member_id=member.id))
        [link] = db.session.scalars(db.select(OneTimeLink).filter_by(member_id=member.id))
        assert (held.role, held.authority_id) == (Role.FOCAL_POINT, office.id)
        assert (held.from_on, held.until_on) == (date(2026, 11, 9), date(2028, 11, 8))
        assert held.note_reference == "NV/2026/118"
        assert (member.status, member.zone) == (MemberStatus.PENDING, "Africa/Nairobi")
        assert link.expires_at - link.made_at == timedelta(days=7)


def test_whoever_registered_a_note_does_not_confirm_it(app: Flask) -> None:
    moderator = a_moderator()
    naming = a_naming(an_authority("QM"), registered_by_id=moderator.id)

    with app.app_context(), pytest.raises(Forbidden):
        operations.confirm_focal_point(actor_of(moderator), naming.id)


def test_nobody_confirms_that_they_are_named(app: Flask) -> None:
    first, named = a_moderator(), a_moderator()
    naming = a_naming(an_authority("QM"), registered_by_id=first.id, email=named.email)

    with app.app_context(), pytest.raises(Forbidden):
        operations.confirm_focal_point(actor_of(named), naming.id)


def test_who_has_the_mailbox_already_is_seen_before_the_note_is_confirmed(app: Flask) -> None:
    office, first = an_authority("QM"), a_moderator()
    officer = a_member(office, name="Oriel Tasmane")
    known = a_naming(office, registered_by_id=first.id, email=officer.email, name="Zed Focal")
    private = a_naming(office, registered_by_id=first.id, email="zed.focal@gmail.com")
    second = moderating(app)

    page = visit(second, f"/moderation/focal-points/{known.id}")
    assert "There is an account with this mailbox: Oriel Tasmane" in page.words
    assert "gives one to anybody" not in page.words
    page = visit(second, f"/moderation/focal-points/{private.id}")
    assert "There is an account with this mailbox" not in page.words
    assert "gives one to anybody" in page.words


def test_a_moderator_becomes_no_focal_point(app: Flask) -> None:
    named = a_moderator()
    naming = a_naming(an_authority("QM"), registered_by_id=named.id, email=named.email)

    with app.app_context(), pytest.raises(Conflict, match="speaks for no State"):
        operations.confirm_focal_point(actor_of(a_moderator()), naming.id)


def test_an_officer_who_is_named_becomes_focal_point_and_is_told(
    app: Flask, outbox: Outbox, at: Any
) -> None:
    office = an_authority("QM", MLA)
    officer, first = a_member(office), a_moderator()
    naming = a_naming(office, registered_by_id=first.id, email=officer.email)

    with app.app_context():
        operations.confirm_focal_point(actor_of(a_moderator()), naming.id)

    assert [held.role for held in actor_of(officer).standings] == [Role.FOCAL_POINT]
    assert outbox(officer.email)[-1].kind == "vetting/named"


def test_of_two_moderators_at_once_one_confirms(app: Flask) -> None:
    naming = a_naming(an_authority("QM"), registered_by_id=a_moderator().id)
    actors = [actor_of(a_moderator()), actor_of(a_moderator())]

    refused = at_once(app, lambda actor: operations.confirm_focal_point(actor, naming.id), actors)

    assert [type(error) for error in refused] == [Conflict]
    with app.app_context():
        assert db.session.query(Member).filter_by(name=naming.name).count() == 1


def test_a_state_may_have_several_and_the_record_of_one_that_ended_stays(
    app: Flask, at: Any
) -> None:
    office = an_authority("QM", MLA)
    registrar = a_moderator()
    namings = [a_naming(office, registered_by_id=registrar.id) for _ in range(2)]
    second = a_moderator()
    with app.app_context():
        for naming in namings:
            operations.confirm_focal_point(actor_of(second), naming.id)
    client = moderating(app, second)
    page = visit(client, f"/moderation/focal-points/{namings[0].id}")

    missing = page.form("/end").send()
    done = page.form("/end").fill(reason="Note NV/9 withdraws it.").send()

    assert missing.status == 422
    assert "Give the reason." in missing.words
    assert "Ended at once" in done.words
    assert "Note NV/9 withdraws it." in done.words
    listed = visit(client, "/moderation/focal-points").words
    assert namings[0].note_reference in listed
    assert "Ended" in listed
    assert "In force" in listed
    with app.app_context():
        row = db.session.get_one(Naming, namings[0].id)
        held = db.session.scalars(db.select(Representation).filter_by(member_id=row.member_id))
        assert held.one().until_on == at.moment.date() - timedelta(days=1)


def test_a_refused_note_makes_nobody_a_focal_point_and_stays_on_record(app: Flask) -> None:
    naming = a_naming(an_authority("QM"), registered_by_id=a_moderator().id)
    client = moderating(app)
    page = visit(client, f"/moderation/focal-points/{naming.id}")
    confirming = page.form("/confirm")

    refused = visit(client, page.path).form("/refuse").fill(reason="No such note.").send()
    late = confirming.send()

    assert "No such note." in refused.words
    assert late.status == 409
    with app.app_context():
        assert db.session.get_one(Naming, naming.id).status is NamingStatus.REFUSED
        assert not db.session.query(Member).filter_by(name=naming.name).count()


def test_the_same_note_sent_twice_is_one(app: Flask) -> None:
    office = an_authority("QM", MLA)
    page = visit(moderating(app), "/moderation/focal-points/new/QM")
    page.fill(authority=office.id, **NOTE)

    assert page.send().path == page.send().path
    with app.app_context():
        assert db.session.query(Naming).count() == 1


def test_what_cannot_be_taken_is_said_beside_its_field_and_stays(app: Flask, at: Any) -> None:
    office, foreign = an_authority("QM", MLA), an_authority("QN", MLA)
    client = moderating(app)

    odd = registered(client, office.id, note_dated_on="2026-31-12", name="")
    late = registered(client, office.id, note_dated_on="2027-01-01")
    over = registered(client, office.id, until_on="2026-11-01")
    page = visit(client, "/moderation/focal-points/new/QM")
    wrong = page.fill(authority=foreign.id, **NOTE).send()

    assert "This is no day of the calendar." in odd.words
    assert "Write the name." in odd.words
    assert odd.form().filled["note_dated_on"] == "2026-31-12"
    assert "This day has not come yet." in late.words
    assert "This is before the first day, or over already." in over.words
    assert "Choose one of the entries of this State." in wrong.words
    assert {page.status for page in (odd, late, over, wrong)} == {422}


def test_the_record_is_there_for_moderators_alone(app: Flask, client: FlaskClient) -> None:
    naming = a_naming(an_authority("QM"), registered_by_id=a_moderator().id)
    sign_in(client, a_member(role=Role.FOCAL_POINT))

    for path in ("", "/new", "/new/QM", f"/{naming.id}", "/999"):
        assert client.get("/moderation/focal-points" + path).status_code == 404


def test_a_new_link_takes_the_place_of_one_that_was_lost(app: Flask, outbox: Outbox) -> None:
    naming = a_naming(an_authority("QM"), registered_by_id=a_moderator().id)
    client = moderating(app)
    page = visit(client, f"/moderation/focal-points/{naming.id}").form("/confirm").send()

    again = page.form("/invite").send()

    assert "A new activation link is on its way." in again.words
    assert [mail.kind for mail in outbox(naming.email)] == ["signin/activation"] * 2
