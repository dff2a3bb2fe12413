"""Accounts: made, taken into use."""

from typing import Any

import pytest
from flask import Flask

from forum.core.errors import Conflict
from forum.members.models import Member, MemberStatus
from forum.members.operations import admit_member, take_into_use
from forum.members.queries import member_with_mailbox
from forum.policy import ANONYMOUS
from tests.factories import a_member


def _admit(**more: Any) -> Member:
    facts = {"name": "N. Odari", "post": "Counsel", "email": "N.Odari@office.example"}
    return admit_member(ANONYMOUS, **{**facts, **more})


def test_an_account_begins_pending(app: Flask) -> None:
    with app.app_context():
        member = _admit(vetted_how="call-back")

        assert member.status is MemberStatus.PENDING
        assert member.vetted_at is not None
        assert member_with_mailbox("n.odari@OFFICE.example ") is member


@pytest.mark.parametrize("status", list(MemberStatus))
def test_one_mailbox_has_one_account_whatever_became_of_it(
    app: Flask, status: MemberStatus
) -> None:
    a_member(email="n.odari@office.example", status=status)

    with app.app_context(), pytest.raises(Conflict, match="A member has this mailbox already"):
        _admit()


def test_only_a_pending_account_is_taken_into_use(app: Flask) -> None:
    pending = a_member(status=MemberStatus.PENDING)
    suspended = a_member(status=MemberStatus.SUSPENDED)

    with app.app_context():
        assert take_into_use(pending.id, "Africa/Nairobi")
        assert not take_into_use(pending.id, "Africa/Nairobi")
        assert not take_into_use(suspended.id, "Africa/Nairobi")
