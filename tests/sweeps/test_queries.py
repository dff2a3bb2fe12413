"""What a page asks the database does not grow with what there is."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core.db import db, operation
from forum.directory.models import Authority
from forum.discussion.models import Audience, Post, Thread
from forum.members.models import Member
from forum.policy import Role
from tests.factories import (
    EXTRADITION,
    LONG_AGO,
    MLA,
    a_mailbox_change,
    a_member,
    a_moderator,
    a_naming,
    a_post,
    a_recovery,
    a_thread,
    an_application,
    an_attestation,
    an_authority,
    an_erasure,
    an_objection,
    sign_in,
)
from tests.support.browser import IS_FIRST_RUN
from tests.support.queries import counted

#: The questions are the same whichever database they are put to.
pytestmark = [] if IS_FIRST_RUN else [pytest.mark.soak]

#: What each page asks, with what every request does: session, member, standings, designations.
#: A page that needs more says why in its commit.
MOST = {
    "/": 19,
    "/boards": 6,
    "/boards/extradition": 11,
    "/threads?view=all": 8,
    "/threads?view=waiting": 8,
    "/threads?view=mine": 8,
    "/threads?view=my-state": 8,
    "/threads?view=solved": 8,
    "/threads/new": 7,
    "/threads/1-how-much-fact-is-enough": 23,
    "/posts/1/history": 9,
    "/directory": 10,
    "/directory/qp": 17,
    "/members/1": 16,
    "/settings/security": 8,
    "/settings/security/passkeys": 5,
    "/desk": 9,
    "/desk/attest": 8,
    "/desk/questions": 7,
    "/desk/nominations": 6,
    "/settings/sessions": 5,
    "/settings/email": 8,
    "/desk/mailboxes": 10,
    "/moderation/mailboxes": 9,
    "/settings/limits": 5,
    "/settings/data": 6,
    "/settings/leaving": 6,
    "/drafts": 6,
    "/recoveries": 6,
    "/recoveries/1": 9,
    "/moderation/recoveries": 8,
    "/moderation/recoveries/1": 9,
    "/moderation/erasures": 5,
    "/moderation/erasures/1": 7,
    "/moderation/queue": 11,
    "/moderation/focal-points": 5,
    "/moderation/objections": 5,
    "/moderation/applications/1": 15,
    "/moderation/attestation": 9,
    "/moderation/attestation/authorities/2": 9,
    "/moderation/attestation/1": 7,
    "/moderation/members": 8,
    "/moderation/members/2": 12,
    "/moderation/log": 17,
    "/moderation/log/export": 5,
}


def grow(reader: Member, number: int) -> None:
    """So many more of everything."""
    for index in range(number):
        state = f"Q{'RSTUVWXYZ'[index % 9]}"
        office = an_authority(state, MLA, EXTRADITION)
        member = a_member(office)
        an_attestation(member)
        an_attestation(a_moderator())
        thread = a_thread(member, to=["QP", state], board="extradition", function_code=EXTRADITION)
        a_thread(member, to=["QP"], audience=Audience.ADDRESSED, board="extradition")
        a_post(thread, member)
        an_authority("QP", EXTRADITION)
        an_attestation(a_member(an_authority("QP", MLA)))
        an_attestation(a_member(Authority(id=2)))
        an_application(office)
        a_mailbox_change(member)
        a_mailbox_change(a_member(an_authority("QP", MLA)))
        a_naming(office)
        an_objection(member, a_member(office, Role.HEAD))
        a_recovery(member)
        a_recovery(a_member(an_authority("QP", MLA)))
        an_application(office, nominated_by_id=member.id, nominated_as=Role.HEAD)
        an_erasure(member)
        own = a_thread(reader, to=[state], board="extradition", solved_at=LONG_AGO)
        a_post(own, member, accepted_at=LONG_AGO)
        a_post(a_thread(reader, to=["QP"]), member)


def lengthen(thread_id: int, number: int) -> None:
    """So many more replies, by different people."""
    thread = Thread(id=thread_id)
    for _ in range(number):
        a_post(thread, a_member(an_authority("QP", MLA)))


@operation
def _first(table: Any) -> int:
    return min(db.session.scalars(db.select(table.id)))


@pytest.mark.parametrize("path", MOST)
def test_a_page_asks_as_much_of_a_large_network_as_of_a_small_one(
    app: Flask, at: Any, path: str
) -> None:
    office = an_authority("QP", MLA, EXTRADITION)
    reader = a_member(office)
    a_moderator()
    if path.startswith("/moderation"):
        reader = a_moderator()
    if path.startswith(("/desk", "/recoveries")):
        reader = a_member(office, Role.FOCAL_POINT)
    first = a_thread(a_member(office), to=["QP", "QM"], board="extradition")
    a_recovery(a_member(office))
    grow(reader, 2)
    lengthen(first.id, 2)
    with app.app_context():
        assert (_first(Thread), _first(Post)) == (1, 1)
    client = app.test_client()
    sign_in(client, reader)
    client.get(path)

    def asked() -> int:
        at(timedelta(seconds=1))
        with counted(app) as seen:
            assert client.get(path).status_code == 200, path
        return seen.total

    small = asked()
    grow(reader, 9)
    lengthen(first.id, 9)
    large = asked()

    assert large == small
    assert large <= MOST[path]
