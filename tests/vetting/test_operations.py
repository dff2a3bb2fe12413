"""What moderators may do, and in which order."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.errors import Conflict, Forbidden, Invalid, NotFound
from forum.directory.calls import CallBack
from forum.directory.models import Authority, ContactKind, Representation
from forum.members.models import Member, MemberStatus
from forum.policy import ANONYMOUS, Actor, Role
from forum.signin.models import OneTimeLink
from forum.vetting import operations
from forum.vetting.models import Application, ApplicationStatus
from tests.factories import (
    LONG_AGO,
    MLA,
    a_member,
    a_moderator,
    actor_of,
    an_application,
    an_authority,
    made,
)
from tests.support.at_once import at_once
from tests.vetting.applying import Outbox


def moderator() -> Actor:
    return actor_of(a_moderator())


def number_of(authority_id: int | None) -> int:
    """The number of the entry's first telephone line."""
    authority = db.session.get(Authority, authority_id)
    assert authority is not None
    return next(line.id for line in authority.contacts if line.kind is ContactKind.PHONE)


def proved(**more: Any) -> Application:
    return an_application(
        status=ApplicationStatus.PROVED, mailbox_proved_at=LONG_AGO, email="ama@office.example", **more
    )  # fmt: skip


def called(**more: Any) -> Application:
    return proved(call_back=CallBack.CONFIRMED, called_at=LONG_AGO, called_number="+000", **more)


def proposed(by: Actor, **more: Any) -> Application:
    application = called(proposed_by_id=by.id, proposed_at=LONG_AGO, **more)
    _set(application.id, status=ApplicationStatus.PROPOSED)
    return application


@made
def _set(application_id: int, **facts: Any) -> Any:
    application = db.session.get(Application, application_id)
    for name, value in facts.items():
        setattr(application, name, value)
    return application


def now(application: Application) -> Application:
    found = db.session.get(Application, application.id, populate_existing=True)
    assert found is not None
    return found


def test_a_call_back_counts_when_the_words_are_those_of_the_page(app: Flask) -> None:
    actor, application = moderator(), proved()
    with app.app_context():
        number = number_of(application.authority_id)

        is_confirmed = operations.record_call_back(
            actor, application.id, number=number, outcome="confirmed", words="AMBER  bridge,candle"
        )

        assert is_confirmed
        assert now(application).call_back is CallBack.CONFIRMED
        assert now(application).called_by_id == actor.id
        assert now(application).called_number.startswith("+000 555")


def test_wrong_words_confirm_nobody_and_leave_a_trace(app: Flask) -> None:
    actor, application = moderator(), proved()
    with app.app_context():
        is_confirmed = operations.record_call_back(
            actor,
            application.id,
            number=number_of(application.authority_id),
            outcome="confirmed",
            words="amber bridge",
        )

        assert not is_confirmed
        assert now(application).call_back is None
        [entry] = db.session.scalars(
            db.select(AuditEntry).where(AuditEntry.action == "application:call_back")
        )
        assert entry.outcome == "wrong words"
        assert "amber" not in entry.details + entry.reason


@pytest.mark.parametrize("outcome", ["no_answer", "not_known"])
def test_a_call_that_confirmed_nobody_needs_no_words_and_admits_nobody(
    app: Flask, outcome: str
) -> None:
    actor, application = moderator(), proved()
    with app.app_context():
        operations.record_call_back(
            actor, application.id, number=number_of(application.authority_id), outcome=outcome
        )

        assert now(application).call_back == outcome
        with pytest.raises(Conflict, match="No call-back"):
            operations.propose(actor, application.id)


def test_only_numbers_of_the_entry_are_called(app: Flask) -> None:
    actor, application, other = moderator(), proved(), an_authority("QN", MLA)
    with app.app_context(), pytest.raises(Invalid, match="from the directory entry"):
        operations.record_call_back(
            actor,
            application.id,
            number=number_of(other.id),
            outcome="confirmed",
            words=application.words,
        )


def test_nobody_is_called_before_the_mailbox_is_proved(app: Flask) -> None:
    actor, application = moderator(), an_application()
    with app.app_context(), pytest.raises(Conflict, match="mailbox is not proved"):
        operations.record_call_back(
            actor,
            application.id,
            number=number_of(application.authority_id),
            outcome="confirmed",
            words=application.words,
        )


def test_who_called_may_propose_and_another_admits(app: Flask, outbox: Outbox) -> None:
    first, second = moderator(), moderator()
    authority = an_authority("QM", MLA, zone="Africa/Nairobi")
    application = an_application(
        authority,
        status=ApplicationStatus.PROVED,
        mailbox_proved_at=LONG_AGO,
        email="Ama@Office.example",
        languages=["en", "fr"],
    )
    with app.app_context():
        operations.record_call_back(
            first,
            application.id,
            number=number_of(authority.id),
            outcome="confirmed",
            words=application.words,
        )
        operations.propose(first, application.id, "Known there.")
        operations.approve(second, application.id)

        row = now(application)
        assert row.status is ApplicationStatus.ADMITTED
        member = db.session.get(Member, row.member_id)
        assert member is not None
        assert (member.name, member.post, member.email, member.languages, member.zone) == (
            application.name, application.post, "Ama@Office.example", ["en", "fr"], "Africa/Nairobi",
        )  # fmt: skip
        assert member.status is MemberStatus.PENDING
        assert member.vetted_at is not None
        assert "call-back" in member.vetted_how
        [held] = db.session.scalars(db.select(Representation).filter_by(member_id=member.id))
        assert (held.authority_id, held.role) == (authority.id, Role.OFFICER)
        [link] = db.session.scalars(db.select(OneTimeLink).filter_by(member_id=member.id))
        assert (link.expires_at - link.made_at).days == 7
    [mail] = outbox("Ama@Office.example")
    assert mail.kind == "signin/activation"
    assert application.name not in mail.text + mail.html + mail.subject


def test_who_proposed_does_not_admit_and_another_does(app: Flask) -> None:
    proposer, other = moderator(), moderator()
    application = proposed(proposer)
    with app.app_context():
        with pytest.raises(Forbidden):
            operations.approve(proposer, application.id)
        assert now(application).status is ApplicationStatus.PROPOSED

        operations.approve(other, application.id)

        assert now(application).status is ApplicationStatus.ADMITTED


@pytest.mark.parametrize(
    ("lacking", "sentence"),
    [
        ({"mailbox_proved_at": None}, "mailbox is not proved"),
        ({"call_back": None}, "No call-back"),
        ({"call_back": CallBack.NO_ANSWER}, "No call-back"),
        ({"authority_id": None, "unlisted_authority": "An office"}, "No directory entry"),
    ],
)
def test_what_is_missing_for_admission_is_named(
    app: Flask, lacking: dict[str, Any], sentence: str
) -> None:
    proposer, other = moderator(), moderator()
    application = proposed(proposer)
    _set(application.id, **lacking)
    with app.app_context():
        with pytest.raises(Conflict, match=sentence):
            operations.approve(other, application.id)
        assert now(application).status is ApplicationStatus.PROPOSED


def test_admission_needs_a_proposal_first(app: Flask) -> None:
    actor, application = moderator(), called()
    with app.app_context(), pytest.raises(Conflict, match="must propose"):
        operations.approve(actor, application.id)


def test_no_second_account_comes_of_a_mailbox(app: Flask) -> None:
    proposer, other = moderator(), moderator()
    application = proposed(proposer)
    a_member(email="AMA@office.example")
    with app.app_context():
        with pytest.raises(Conflict, match="has this mailbox already"):
            operations.approve(other, application.id)
        assert now(application).status is ApplicationStatus.PROPOSED


@pytest.mark.parametrize("act", ["call", "propose", "approve", "decline", "assign"])
def test_nobody_acts_on_an_application_from_their_own_mailbox(app: Flask, act: str) -> None:
    own = a_moderator(email="ama@office.example")
    application = proposed(moderator()) if act == "approve" else called()
    acts: dict[str, Callable[[Actor], object]] = {
        "call": lambda actor: operations.record_call_back(
            actor,
            application.id,
            number=number_of(application.authority_id),
            outcome="confirmed",
            words=application.words,
        ),
        "propose": lambda actor: operations.propose(actor, application.id),
        "approve": lambda actor: operations.approve(actor, application.id),
        "decline": lambda actor: operations.decline(actor, application.id, "No."),
        "assign": lambda actor: operations.assign_authority(
            actor, application.id, str(application.authority_id)
        ),
    }
    actor = actor_of(own)
    with app.app_context():
        with pytest.raises(Forbidden):
            acts[act](actor)
        assert now(application).decided_at is None


@pytest.mark.parametrize("status", ["sent", "proved", "proposed"])
def test_any_open_application_can_be_declined_also_by_who_proposed(
    app: Flask, outbox: Outbox, status: str
) -> None:
    actor = moderator()
    application = proposed(actor)
    _set(application.id, status=ApplicationStatus(status))
    with app.app_context():
        operations.decline(actor, application.id, "Nobody there knows the applicant.")

        assert now(application).status is ApplicationStatus.DECLINED
        assert now(application).decision_reason == "Nobody there knows the applicant."
        entries = db.session.scalars(db.select(AuditEntry)).all()
        assert not any("Nobody there" in entry.reason + entry.details for entry in entries)
    [mail] = outbox("ama@office.example")
    assert mail.kind == "vetting/declined"
    assert "Nobody there" not in mail.text + mail.html


@pytest.mark.parametrize("status", ["admitted", "declined", "expired"])
@pytest.mark.parametrize("act", ["propose", "approve", "decline"])
def test_what_is_decided_stays_decided(app: Flask, status: str, act: str) -> None:
    actor, application = moderator(), proposed(moderator())
    _set(application.id, status=ApplicationStatus(status))
    with app.app_context():
        arguments = ("Late.",) if act == "decline" else ()
        with pytest.raises(Conflict, match="moved on"):
            getattr(operations, act)(actor, application.id, *arguments)
        assert now(application).status == status


@pytest.mark.parametrize("who", ["visitor", "officer", "focal point"])
def test_only_moderators_know_of_applications(app: Flask, who: str) -> None:
    application = called()
    role = Role.OFFICER if who == "officer" else Role.FOCAL_POINT
    actor = ANONYMOUS if who == "visitor" else actor_of(a_member(role=role))
    with app.app_context(), pytest.raises(NotFound):
        operations.propose(actor, application.id)


def _unlisted() -> Application:
    application = proved()
    return _set(application.id, authority_id=None, unlisted_authority="Office for Requests")


def test_an_unlisted_authority_gets_an_entry_and_then_a_number_to_call(app: Flask) -> None:
    actor, application = moderator(), _unlisted()
    entry = an_authority("QM", MLA)
    with app.app_context():
        with pytest.raises(Invalid):
            operations.record_call_back(
                actor, application.id, number=1, outcome="confirmed", words=application.words
            )

        operations.assign_authority(actor, application.id, str(entry.id))

        assert now(application).authority_id == entry.id
        assert now(application).unlisted_authority == "Office for Requests"
        assert operations.record_call_back(
            actor,
            application.id,
            number=number_of(entry.id),
            outcome="confirmed",
            words=application.words,
        )


def test_an_entry_of_another_state_is_not_assigned(app: Flask) -> None:
    actor, application, foreign = moderator(), _unlisted(), an_authority("QN", MLA)
    with app.app_context(), pytest.raises(Invalid, match="entries of this State"):
        operations.assign_authority(actor, application.id, str(foreign.id))


def test_a_chosen_entry_is_not_replaced(app: Flask) -> None:
    actor, application, other = moderator(), proved(), an_authority("QM", MLA)
    with app.app_context(), pytest.raises(Conflict):
        operations.assign_authority(actor, application.id, str(other.id))


def test_assigning_again_undoes_the_call_back(app: Flask) -> None:
    actor, application = moderator(), _unlisted()
    first, second = an_authority("QM", MLA), an_authority("QM", MLA)
    with app.app_context():
        operations.assign_authority(actor, application.id, str(first.id))
        operations.record_call_back(
            actor,
            application.id,
            number=number_of(first.id),
            outcome="confirmed",
            words=application.words,
        )

        operations.assign_authority(actor, application.id, str(second.id))

        assert now(application).call_back is None
        assert now(application).called_number == ""


def test_a_new_activation_link_is_mailed_while_the_account_waits(
    app: Flask, outbox: Outbox
) -> None:
    actor, other = moderator(), moderator()
    application = proposed(actor)
    with app.app_context():
        with pytest.raises(Conflict):
            operations.invite_again(other, application.id)
        operations.approve(other, application.id)

        operations.invite_again(other, application.id)

        links = db.session.scalars(db.select(OneTimeLink).order_by(OneTimeLink.id)).all()
        assert [link.replaced_at is None for link in links] == [False, True]
    assert len(outbox("ama@office.example")) == 2


@pytest.mark.parametrize("act", ["approve", "decline"])
def test_of_two_moderators_at_once_one_is_told(app: Flask, outbox: Outbox, act: str) -> None:
    application = proposed(moderator())
    actors = [moderator(), moderator()]

    def decide(actor: Actor) -> None:
        if act == "approve":
            operations.approve(actor, application.id)
        else:
            operations.decline(actor, application.id, "No.")

    (refused,) = at_once(app, decide, actors)

    assert isinstance(refused, Conflict)
    assert "moved on" in str(refused) or "mailbox already" in str(refused)
    assert len(outbox("ama@office.example")) == 1


def test_every_step_is_in_the_log(app: Flask) -> None:
    first, second, application = moderator(), moderator(), proved()
    with app.app_context():
        operations.record_call_back(
            first,
            application.id,
            number=number_of(application.authority_id),
            outcome="confirmed",
            words=application.words,
        )
        operations.propose(first, application.id)
        operations.approve(second, application.id)

        log = db.session.execute(
            db.select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.outcome)
            .where(AuditEntry.object == f"application:{application.id}")
            .order_by(AuditEntry.id)
        ).all()
    assert [tuple(row) for row in log] == [
        ("application:call_back", first.id, "done"),
        ("application:propose", first.id, "done"),
        ("application:admit", second.id, "done"),
    ]
