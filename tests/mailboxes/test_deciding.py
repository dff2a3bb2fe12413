"""Who approves a change of e-mail, and who does not even hear of it."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core.errors import Conflict, DomainError, Forbidden, NotFound
from forum.mailboxes import operations
from forum.mailboxes.models import ChangeStatus, MailboxChange
from forum.members.models import Member
from forum.policy import Actor, Role
from tests.factories import (
    MLA,
    a_mailbox_change,
    a_member,
    a_moderator,
    actor_of,
    an_authority,
    the_secretariat,
)
from tests.mailboxes.steps import (
    FOREIGN,
    NEW,
    OLD,
    Outbox,
    an_office,
    an_officer,
    ask,
    browser,
    decide,
    latest,
    link,
    proved,
)
from tests.pages import visit
from tests.support.at_once import at_once


def a_change(member: Member, address: str = NEW, **more: Any) -> MailboxChange:
    return a_mailbox_change(member, address=address, **more)


def test_a_foreign_domain_takes_two_moderators_and_no_word_from_the_authority(
    app: Flask, outbox: Outbox
) -> None:
    office = an_office()
    member, head = an_officer(office), a_member(office, Role.HEAD)
    one, other = browser(app, a_moderator()), browser(app, a_moderator())
    change = proved(app, outbox, member, FOREIGN)
    at_desk, place = f"/desk/mailboxes/{change.id}", f"/moderation/mailboxes/{change.id}"

    assert not outbox(head.email)
    theirs = browser(app, head)
    assert "Outside the authority’s domains" in visit(theirs, "/desk/mailboxes").words
    assert "two moderators decide" in visit(theirs, at_desk).words
    assert decide(theirs, at_desk).status == 409
    assert "Outside the domains that the directory knows" in visit(one, place).words
    assert "second moderator" in decide(one, place).words
    assert "another moderator must approve" in visit(one, place).words
    assert decide(one, place).status == 403
    assert latest(app, member).status is ChangeStatus.PROVED
    assert "changes of e-mail wait" not in visit(one, "/").words
    assert "1 change of e-mail waits" in visit(other, "/").words
    assert "Approved. The address changes" in decide(other, place).words
    assert latest(app, member).status is ChangeStatus.APPROVED


def test_a_free_mailbox_takes_two_even_if_the_directory_has_such_a_one(app: Flask) -> None:
    office = an_authority("QM", MLA, email="office@gmail.com")
    member, moderator = a_member(office), a_moderator()
    change = a_change(member, "ana@gmail.com")

    with app.app_context():
        assert not operations.approve(actor_of(moderator), change.id)


def test_a_mailbox_of_the_secretariat_compares_with_the_address_of_the_site(app: Flask) -> None:
    moderator, other = a_moderator(), a_moderator()
    change = a_change(moderator, "b@localhost")
    the_secretariat()

    with app.app_context():
        with pytest.raises(Forbidden):
            operations.approve(actor_of(moderator), change.id)
        with pytest.raises(Forbidden):
            operations.decline(actor_of(moderator), change.id, "Not me.")
        assert operations.approve(actor_of(other), change.id)


def test_declining_needs_a_reason_which_the_member_sees(app: Flask, outbox: Outbox) -> None:
    office = an_office()
    member, focal = an_officer(office), a_member(an_authority("QM", MLA), Role.FOCAL_POINT)
    change = proved(app, outbox, member)
    place = f"/desk/mailboxes/{change.id}"
    client = browser(app, focal)

    empty = decide(client, place, "decline")
    done = decide(client, place, "decline", "This mailbox is of a former officer.")

    assert empty.status == 422
    assert "Give the reason" in empty.words
    assert "Declined" in done.words
    words = visit(browser(app, member), "/settings/email").words
    assert "This mailbox is of a former officer." in words
    assert [outbox(one)[-1].kind for one in (OLD, NEW)] == ["mailboxes/ended"] * 2
    assert visit(client, place).status == 200
    with app.app_context(), pytest.raises(Conflict):
        operations.approve_at_desk(actor_of(focal), change.id)


@pytest.mark.parametrize(
    "who", ["oneself", "colleague", "foreign head", "foreign focal point", "former head"]
)
def test_for_whoever_may_not_approve_there_is_no_such_page(app: Flask, who: str) -> None:
    office = an_office()
    member = an_officer(office, Role.HEAD)
    change = a_change(member)
    actor = {
        "oneself": lambda: member,
        "colleague": lambda: a_member(office),
        "foreign head": lambda: a_member(an_authority("QM", MLA), Role.HEAD),
        "foreign focal point": lambda: a_member(an_authority("QN", MLA), Role.FOCAL_POINT),
        "former head": lambda: a_member(
            office, Role.HEAD, since=date(2020, 1, 1), until=date(2021, 1, 1)
        ),
    }[who]()
    client = browser(app, actor)

    for place in (f"/desk/mailboxes/{change.id}", f"/moderation/mailboxes/{change.id}"):
        assert client.get(place).status_code == 404
        assert client.post(place, data={"decision": "approve"}).status_code == 404
    assert NEW not in client.get("/desk/mailboxes").get_data(as_text=True).replace("<wbr>", "")
    assert client.get("/moderation/mailboxes").status_code == 404
    for act in (operations.approve_at_desk, operations.approve):
        with app.app_context(), pytest.raises((NotFound, Forbidden)):
            act(actor_of(actor), change.id)


def test_before_the_new_mailbox_is_proved_nobody_sees_its_address(app: Flask) -> None:
    office = an_office()
    change = a_change(an_officer(office), status=ChangeStatus.ASKED, proved_at=None, decide_by=None)
    head, moderator = (
        browser(app, a_member(office, Role.HEAD)),
        browser(app, a_moderator()),
    )

    assert visit(head, f"/desk/mailboxes/{change.id}").status == 404
    assert visit(moderator, f"/moderation/mailboxes/{change.id}").status == 404
    assert "No change of e-mail waits" in visit(head, "/desk/mailboxes").words
    assert "No change of e-mail waits" in visit(moderator, "/moderation/mailboxes").words


def test_of_two_who_approve_at_once_one_does(app: Flask) -> None:
    office = an_office()
    change = a_change(an_officer(office))
    heads = [actor_of(a_member(office, Role.HEAD)) for _ in range(2)]

    refused = at_once(app, lambda head: operations.approve_at_desk(head, change.id), heads)

    assert [type(error) for error in refused] == [Conflict]


def test_a_request_past_its_time_is_approved_by_nobody(app: Flask, at: Any) -> None:
    office = an_office()
    member, head = an_officer(office), a_member(office, Role.HEAD)
    foreign = a_member(office)
    inside, outside = a_change(member), a_change(foreign, FOREIGN)
    at(timedelta(days=14))

    told = decide(browser(app, head), f"/desk/mailboxes/{inside.id}")
    moderator = browser(app, a_moderator())
    first = decide(moderator, f"/moderation/mailboxes/{outside.id}")

    for page in (told, first):
        assert page.status == 409
        assert "This request has expired: nobody approved it in time." in page.words
    assert latest(app, member).status is ChangeStatus.PROVED
    assert latest(app, foreign).first_by_id is None
    declined = decide(moderator, f"/moderation/mailboxes/{outside.id}", "decline", "Too late.")
    assert declined.status == 200
    assert latest(app, foreign).status is ChangeStatus.DECLINED


def test_of_approving_and_stopping_at_once_the_change_is_one_or_the_other(
    app: Flask, outbox: Outbox
) -> None:
    member, moderator = an_officer(), actor_of(a_moderator())
    change = proved(app, outbox, member)
    token = link(outbox, OLD, "stop").rpartition("/")[2]

    def act(who: Actor | None) -> None:
        if who is None:
            operations.stop_change(token)
        else:
            operations.approve(who, change.id)

    refused: list[DomainError] = at_once(app, act, [moderator, None])

    # A stop that comes after the approval finds a newer link in its place.
    found = latest(app, member).status
    assert (len(refused), found) in {(1, ChangeStatus.STOPPED), (1, ChangeStatus.APPROVED)}


def test_two_who_prove_at_once_prove_once(app: Flask, outbox: Outbox) -> None:
    member = an_officer()
    ask(browser(app, member))
    token = link(outbox, NEW, "prove").rpartition("/")[2]

    refused = at_once(app, operations.prove_new_mailbox, [token, token])

    assert [type(error) for error in refused] == [NotFound]
    assert len([mail for mail in outbox(NEW) if mail.kind == "mailboxes/to_new"]) == 1
