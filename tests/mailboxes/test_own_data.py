"""What a member takes home of a mailbox, and what is left of it when the member is erased."""

from flask import Flask

from forum.core.db import operation
from forum.core.events import announce
from forum.mailboxes import operations
from forum.mailboxes.models import ChangeStatus, MailboxChange, YearlyQuestion
from forum.members.events import DataAsked, MemberErased
from forum.policy import ANONYMOUS
from tests.factories import LONG_AGO, a_mailbox_change, a_member
from tests.mailboxes.steps import NEW
from tests.support.rows import all_of, one_of


def test_addresses_asked_for_are_ones_own_data(app: Flask) -> None:
    member = a_member()
    a_mailbox_change(member, address=NEW)
    a_mailbox_change(a_member(), address="other@justice.qm.example")
    asked = DataAsked(member.id, {})

    with app.app_context():
        announce(asked)

    assert [one["address"] for one in asked.held["changes_of_e_mail"]] == [NEW]


def test_of_an_erased_member_no_address_is_left_and_nothing_is_asked(app: Flask) -> None:
    member = a_member(activated_at=LONG_AGO, signed_in_at=None)
    a_mailbox_change(member, address=NEW)
    with app.app_context():
        operations.ask_yearly()
        operation(announce)(MemberErased(member.id, member.email, member.email_key, ANONYMOUS))

    found = one_of(app, MailboxChange)
    assert (found.address, found.status) == ("", ChangeStatus.WITHDRAWN)
    assert all_of(app, YearlyQuestion, YearlyQuestion.member_id == member.id) == []
