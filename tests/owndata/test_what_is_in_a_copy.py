"""A copy holds what the member was shown or wrote, and nothing of others (security.md A3, A7)."""

import stat
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db, operation
from forum.core.mail import post_mail
from forum.discussion.models import Audience, Mark, Post, Revision, Thread
from forum.drafts.operations import hand_over_form, keep_form
from forum.drafts.queries import kept_forms_of
from forum.members.limits import limit_member
from forum.members.models import LimitCause, LimitKind, Member
from forum.members.operations import move_mailbox
from forum.owndata import archive
from forum.policy import ANONYMOUS
from tests.factories import (
    a_member,
    a_moderator,
    a_post,
    a_thread,
    a_word,
    actor_of,
    an_application,
    an_authority,
    sign_in,
)
from tests.owndata.taking import ask, fetched, make, taken_home
from tests.support.rows import one_of


def add_revision(app: Flask, post: Post, text: str, moment: datetime) -> None:
    row = Revision(
        post_id=post.id, source=text, html="", renderer=1, written_at=moment, replaced_at=moment
    )
    with app.app_context():
        operation(db.session.add)(row)


def test_it_holds_the_account_and_what_happened_to_it(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    office = an_authority("QM", name="Ministry of Justice")
    member, moderator = a_member(office, name="Nekesa Odari"), a_moderator(name="Secret Moderator")
    actor, colleague = actor_of(moderator), a_member(office)
    with app.app_context():
        limit_member(
            actor, member.id, LimitKind.WARNING, LimitCause.SANCTION, reason="Named a suspect."
        )
        keep_form(member.id, "a browser", "/threads/new", [("title", "Half a question")])
        keep_form(colleague.id, "a browser", "/threads/new", [("title", "Words of a colleague")])
        hand_over_form(actor_of(colleague), kept_forms_of(actor_of(colleague))[0].id, member.id)

    facts, texts = taken_home(app, client, member)

    assert facts["account"]["name"] == "Nekesa Odari"
    assert facts["account"]["mailbox"] == member.email
    assert facts["account"]["house_rules"] == "2026-11-25"
    assert [held["authority"] for held in facts["representations"]] == ["Ministry of Justice"]
    assert [limit["reason"] for limit in facts["decisions"]] == ["Named a suspect."]
    assert facts["drafts"][0]["fields"] == [["title", "Half a question"]]
    assert facts["sessions"][0]["opened_at"] == "2026-11-25T12:00:00+00:00"
    assert facts["protection"]["codes_left"] == 0
    for hidden in ("Secret Moderator", "argon2", "gAAAA", "Words of a colleague"):
        assert hidden not in "".join(texts.values())


def test_it_holds_own_posts_with_their_marks_and_no_words_of_others(
    app: Flask, client: FlaskClient
) -> None:
    member, other = a_member(), a_member(name="Another Person")
    own = a_thread(member, to=["QP"], title="My title", source="My question.")
    theirs = a_thread(other, title="Their title", source="Their question.")
    answer = a_post(theirs, member, "My answer.")
    a_post(own, other, "Their answer.")

    _, texts = taken_home(app, client, member)

    opening = texts[f"posts/{own.id}-{first_post_of(app, own)}.md"]
    assert "My question." in opening
    assert 'title: "My title"' in opening
    assert 'handling_mark: "TLP:GREEN"' in opening
    assert f'address: "http://localhost/threads/{own.id}#post-' in opening
    assert "My answer." in texts[f"posts/{theirs.id}-{answer.id}.md"]
    for foreign in ("Their title", "Their question", "Their answer", "Another Person"):
        assert foreign not in "".join(texts.values())


def first_post_of(app: Flask, thread: Thread) -> int:
    with app.app_context():
        opening = select(Post.id).where(Post.thread_id == thread.id, Post.is_opening)
        return db.session.scalars(opening).one()


def test_of_a_withdrawn_post_only_the_fact_is_told_and_earlier_versions_are_there(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    thread = a_thread(a_member())
    gone = a_post(thread, member, "Taken back.", withdrawn_at=at.moment)
    edited = a_post(thread, member, "As it is now.")
    add_revision(app, gone, "Taken back at first.", at.moment)
    add_revision(app, edited, "As it was.", at.moment)

    _, texts = taken_home(app, client, member)

    assert 'status: "withdrawn"' in texts[f"posts/{thread.id}-{gone.id}.md"]
    assert "Taken back" not in "".join(texts.values())
    assert "As it was." in texts[f"posts/{thread.id}-{edited.id}-version-1.md"]


def test_posts_that_may_not_leave_their_thread_or_be_read_any_more_stay_out(
    app: Flask, client: FlaskClient
) -> None:
    member = a_member(an_authority("QM"))
    red = a_thread(member, source="For named people.")
    left = a_thread(member, to=["QP"], audience=Audience.ADDRESSED, source="Between two States.")
    with app.app_context():  # as it is for somebody who went to another State

        @operation
        def go() -> None:
            db.session.get_one(Thread, red.id).mark = Mark.RED
            for reader in db.session.get_one(Thread, left.id).readers:
                reader.key = "state:XX" if reader.key == "state:QM" else reader.key

        go()

    _, texts = taken_home(app, client, member)

    assert not [name for name in texts if name.startswith("posts/")]
    assert "Left out of it: 2" in texts["readme.txt"]


def test_it_tells_what_was_given_in_an_application_and_not_what_was_said_of_it(
    app: Flask, client: FlaskClient
) -> None:
    office = an_authority("QM")
    member, head = a_member(office), a_member(office, name="The Head")
    application = an_application(
        office,
        member_id=member.id,
        email=member.email,
        reason="I draft requests.",
        decision_reason="Known from Vienna.",
        call_note="Spoke to Ms X.",
    )
    a_word(application, head, note="A good colleague.")
    an_application(office, reason="Of somebody else.")
    an_application(office, email=member.email, reason="Of somebody else, in the member's name.")

    facts, texts = taken_home(app, client, member)

    assert [each["reason"] for each in facts["applications"]] == ["I draft requests."]
    for inside in ("Vienna", "Ms X", "good colleague", "The Head", "somebody else"):
        assert inside not in "".join(texts.values())


def test_mail_to_whoever_had_the_mailbox_before_stays_out(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    newcomer = a_member(email="desk@justice.qm.example")
    mover = a_member(email="mover@justice.qm.example")
    mailboxes = [newcomer.email, "unit@justice.qm.example"]
    write_to(app, *mailboxes)
    at(timedelta(days=1))
    with app.app_context():
        operation(lambda: setattr(db.session.get(Member, newcomer.id), "created_at", at.moment))()
        move_mailbox(ANONYMOUS, mover.id, mailboxes[1])
    at(timedelta(days=1))
    write_to(app, *mailboxes)
    moved = one_of(app, Member, Member.id == mover.id)

    for member in (newcomer, moved):
        facts, _ = taken_home(app, client, member)

        written = [each["written_at"] for each in facts["mail"]]
        assert written == [at.moment.isoformat()]


def write_to(app: Flask, *mailboxes: str) -> None:
    with app.app_context():
        for mailbox in mailboxes:
            operation(post_mail)("signin/passkey_added", mailbox, path="/")


def test_names_in_the_zip_lead_nowhere_and_are_for_their_owner_only(
    app: Flask, client: FlaskClient
) -> None:
    member = a_member(name="../../etc/passwd")
    a_thread(member, title="../../evil")
    sign_in(client, member)
    ask(client)
    make(app)

    found = fetched(app, client)

    assert found.testzip() is None
    assert len(found.infolist()) == 3
    for entry in found.infolist():
        assert not entry.filename.startswith("/")
        assert ".." not in entry.filename
        assert stat.S_IMODE(entry.external_attr >> 16) == 0o600


@pytest.mark.parametrize("name", ["../evil.md", "/etc/passwd.txt", "a/b/c.md", "posts/ü.md", ".md"])
def test_no_other_name_gets_into_a_zip(name: str) -> None:
    with pytest.raises(ValueError):
        archive.packed({name: ""}, datetime(2026, 11, 25))  # noqa: DTZ001 - of the zip, not of ours


def test_facts_before_a_text_cannot_be_forged_by_it() -> None:
    written = archive.as_markdown({"title": 'a"\nstatus: "x', "gone": None}, "---\nstatus: y\n---")

    assert written.split("\n")[:3] == ["---", 'title: "a\\"\\nstatus: \\"x"', "---"]
