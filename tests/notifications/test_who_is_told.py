"""Who is told of what by mail, and what a mail does not say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from forum.core.clock import now
from forum.core.delivery import deliver_due
from forum.core.mail import OutboxMail
from forum.core.secrets import new_token
from forum.directory.operations import end_representation, represent
from forum.directory.standing import representations_of
from forum.discussion.checks import NewReply, NewThread
from forum.discussion.models import Audience, ThreadKind
from forum.discussion.operations import open_thread, post_reply
from forum.members.models import Member
from forum.policy import Role
from tests.factories import (
    EXTRADITION,
    MLA,
    TRANSFER,
    a_member,
    a_moderator,
    a_state,
    actor_of,
    an_authority,
)

Outbox = Callable[..., list[OutboxMail]]

QUESTION = NewThread(
    board_slug="contacts",
    kind=ThreadKind.QUESTION,
    title="Zanzibarquartz and the bail of Whitsunmoth",
    body="Krakatoafern wants to know about **Gloucesterpike**.",
    once="",
    function_code=MLA,
    states=("QN",),
    needed_by=None,
)


def ask(app: Flask, author: Member, **changes: object) -> int:
    a_state("QN", name="Belmara")
    question = replace(QUESTION, once=new_token(), **changes)  # type: ignore[arg-type]
    with app.app_context():
        return open_thread(actor_of(author), question).id


def reply(app: Flask, author: Member, thread: int) -> None:
    with app.app_context():
        post_reply(actor_of(author), thread, NewReply("Tungstenlarch does it so.", new_token()))


def addresses(outbox: Outbox) -> list[str]:
    return sorted(mail.recipient for mail in outbox())


@pytest.fixture
def asker(app: Flask) -> Member:
    return a_member(an_authority("QM", MLA), name="Quillonbriar Vane", email="asker@qm.example")


def test_members_of_the_competent_office_get_one_mail_each_and_nobody_else(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    office = an_authority("QN", MLA, EXTRADITION)
    a_member(office, email="first@qn.example")
    a_member(office, Role.HEAD, email="second@qn.example")
    a_member(an_authority("QN", EXTRADITION), email="other-office@qn.example")
    a_member(an_authority("QO", MLA), email="other-state@qo.example")
    a_moderator()

    ask(app, asker)

    assert addresses(outbox) == ["first@qn.example", "second@qn.example"]


def test_who_stands_for_two_competent_offices_gets_one_mail(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    before = an_authority("QN", MLA, scope={"stage": "before trial"})
    after = an_authority("QN", MLA, scope={"stage": "from trial on"})
    both = a_member(before, email="both@qn.example")
    a_member(after, email="one@qn.example")
    with app.app_context():
        represent(both, after, Role.OFFICER, date(2025, 1, 1))

    ask(app, asker)

    assert addresses(outbox) == ["both@qn.example", "one@qn.example"]


def test_who_works_on_other_functions_left_or_cannot_sign_in_is_not_told(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    office = an_authority("QN", MLA, EXTRADITION)
    a_member(office, email="works-on-it@qn.example", functions=[MLA])
    a_member(office, email="other-work@qn.example", functions=[EXTRADITION])
    a_member(office, email="left@qn.example", until=date(2025, 1, 1))

    ask(app, asker)

    assert addresses(outbox) == ["works-on-it@qn.example"]


def test_where_a_state_notified_nobody_its_central_authority_is_told(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    a_member(an_authority("QN", MLA), email="central@qn.example", functions=[MLA])
    a_member(an_authority("QN", EXTRADITION), email="extradition@qn.example")

    ask(app, asker, function_code=TRANSFER)

    assert addresses(outbox) == ["central@qn.example"]


def test_a_question_to_some_states_tells_only_who_may_read_it(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    a_member(an_authority("QN", MLA), email="asked@qn.example")

    ask(app, asker, audience=Audience.ADDRESSED)

    assert addresses(outbox) == ["asked@qn.example"]


def test_a_discussion_mails_nobody(app: Flask, asker: Member, outbox: Outbox) -> None:
    a_member(an_authority("QN", MLA))

    ask(app, asker, kind=ThreadKind.DISCUSSION, states=())

    assert outbox() == []


def test_whoever_asked_gets_one_mail_for_a_reply_and_none_for_their_own(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    an_authority("QN", MLA)
    other = a_member(an_authority("QO", MLA), email="other@qo.example")
    thread = ask(app, asker)

    reply(app, asker, thread)
    assert outbox() == []
    reply(app, other, thread)

    (mail,) = outbox()
    assert mail.recipient == "asker@qm.example"
    assert f"/threads/{thread}#post-" in mail.text


def test_a_mail_names_a_number_and_a_day_and_tells_nothing_of_the_thread(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    office = an_authority("QN", MLA, name="Osmiumheath Chambers")
    answerer = a_member(office, name="Vermilionstoat Oake", email="answerer@qn.example")
    thread = ask(app, asker, needed_by=now().date() + timedelta(days=9))
    reply(app, answerer, thread)

    question, answer = outbox()
    day = now().date() + timedelta(days=9)
    assert question.subject == f"Counterpart: a question waits for your authority (#{thread})"
    assert answer.subject == f"Counterpart: a reply waits for you (#{thread})"
    for mail in (question, answer):
        assert f"http://localhost/threads/{thread}" in mail.text
        assert f"http://localhost/threads/{thread}" in mail.html
        said = f"{mail.subject} {mail.text} {mail.html}".lower()
        for secret in (
            *("zanzibarquartz", "whitsunmoth", "krakatoafern", "gloucesterpike", "tungstenlarch"),
            *("quillonbriar", "vermilionstoat", "osmiumheath", "belmara", "qn", "mutual legal"),
            *("extradition", "untoc", "contacts"),
        ):
            assert secret not in said.replace("answerer@qn.example", ""), secret
    assert f"{day.day} {day:%b %Y}" in question.text


def test_who_may_not_read_it_any_more_when_the_mail_leaves_gets_none(
    app: Flask, asker: Member, outbox: Outbox
) -> None:
    a_member(an_authority("QN", MLA), email="stays@qn.example")
    leaving = a_member(an_authority("QN", MLA), email="leaves@qn.example")
    ask(app, asker)
    with app.app_context():
        representation = representations_of(leaving.id)[0]
        end_representation(leaving.id, representation.authority_id)

    with app.app_context():
        assert deliver_due() == 1

    assert [mail.sent_at is not None for mail in outbox("stays@qn.example")] == [True]
    assert [mail.given_up_at is not None for mail in outbox("leaves@qn.example")] == [True]
