"""Who reads a thread: the page, its posts, the lists and the counts never disagree."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core import clock
from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Authority
from forum.directory.operations import end_representation, represent
from forum.discussion import lists, operations, queries
from forum.discussion.lists import Wanted
from forum.discussion.models import Audience, Thread, ThreadStatus
from forum.discussion.operations import NewReply
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from tests.discussion.conftest import SignedIn
from tests.factories import MLA, a_member, a_moderator, a_post, a_thread, actor_of, an_authority
from tests.pages import visit
from tests.support.queries import counted

TITLE = "Between two States only"
PLACES = (
    "/threads/{thread}",
    "/threads/{thread}-between-two-states-only",
    "/threads/{thread}-guessed",
    "/posts/{post}",
    "/posts/{post}/history",
    "/posts/{post}/edit",
)


@pytest.fixture
def thread(app: Flask, asker: Member, answerer: Member) -> Thread:
    """An addressed question with an answer."""
    made = a_thread(asker, to=["QN"], audience=Audience.ADDRESSED, title=TITLE)
    a_post(made, answerer, "Between us.")
    return made


def bare(response: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """What an answer says, without its tokens."""
    text = re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", response.get_data(as_text=True))
    headers = [pair for pair in response.headers if pair[0] not in {"Date", "Content-Length"}]
    return response.status_code, text, headers


@pytest.mark.parametrize("place", PLACES)
def test_a_third_state_gets_the_same_answer_as_for_what_does_not_exist(
    thread: Thread, stranger: Member, signed_in: SignedIn, place: str
) -> None:
    client = signed_in(stranger)

    there = client.get(place.format(thread=thread.id, post=2))
    nowhere = client.get(place.format(thread=4711, post=4711))

    assert there.status_code == 404
    assert bare(there) == bare(nowhere)


@pytest.mark.parametrize(
    ("place", "fields"),
    [
        ("/threads/{thread}/replies", {"body": "I was not asked.", "once": "x" * 30}),
        ("/threads/{thread}/replies", {"body": ""}),
        ("/threads/{thread}/seen", {"up_to": "2"}),
        ("/posts/{post}/edit", {"body": "Changed", "version": ""}),
        ("/posts/{post}/withdraw", {}),
        ("/posts/{post}/accept", {}),
        ("/posts/{post}/unaccept", {}),
    ],
)
def test_a_third_state_changes_nothing_there_and_learns_nothing(
    thread: Thread, stranger: Member, signed_in: SignedIn, place: str, fields: dict[str, str]
) -> None:
    client = signed_in(stranger)
    token = visit(client, "/threads/new").form("/threads/new").filled["csrf_token"]
    data = {**fields, "csrf_token": token}

    there = client.post(place.format(thread=thread.id, post=2), data=data)
    nowhere = client.post(place.format(thread=4711, post=4711), data=data)

    assert there.status_code == 404
    assert bare(there) == bare(nowhere)


def test_a_moderator_without_a_state_does_not_read_what_states_have_between_them(
    thread: Thread, signed_in: SignedIn
) -> None:
    assert visit(signed_in(a_moderator()), f"/threads/{thread.id}").status == 404


def test_a_colleague_of_either_state_reads_it(thread: Thread, signed_in: SignedIn) -> None:
    for state in ("QM", "QN"):
        client = signed_in(a_member(an_authority(state, MLA)))

        assert visit(client, f"/threads/{thread.id}").heading == TITLE


@pytest.mark.parametrize(
    "path",
    [
        "/threads",
        "/threads?view=waiting",
        "/boards",
        "/boards/mla-drafting",
        "/boards/mla-drafting?state=QN",
        "/",
    ],
)
def test_no_list_or_count_shows_it_to_a_third_state(
    thread: Thread, asker: Member, stranger: Member, signed_in: SignedIn, path: str
) -> None:
    client = signed_in(stranger)

    page = visit(client, path)

    assert TITLE not in page.text
    assert "State QN" not in page.words
    assert "All 1" not in page.words
    assert "1 thread" not in page.words


def test_lists_and_pages_agree_about_every_thread_and_reader(
    app: Flask, thread: Thread, asker: Member, answerer: Member, stranger: Member
) -> None:
    a_thread(asker, title="For all")
    a_thread(stranger, to=["QN"], audience=Audience.ADDRESSED)
    people = [actor_of(who) for who in (asker, answerer, stranger, a_moderator())]

    for actor in people:
        with app.app_context():
            listed = {row.id for row in lists.threads_for(actor, Wanted()).rows}
            counts = lists.counts_for(actor, Wanted())
            assert counts[None] == len(listed)
            for number in (1, 2, 3):
                if number in listed:
                    assert queries.thread_for(actor, number).id == number
                else:
                    with pytest.raises(NotFound):
                        queries.thread_for(actor, number)
                    with pytest.raises(NotFound):
                        operations.post_reply(actor, number, NewReply("Hello", "x" * 30))


def test_a_visitor_is_sent_to_sign_in_whether_it_exists_or_not(
    thread: Thread, client: FlaskClient
) -> None:
    for path in (f"/threads/{thread.id}", "/threads/4711", "/posts/1", "/posts/4711", "/boards/x"):
        response = client.get(path)

        assert response.status_code == 303
        assert response.headers["Location"] == f"/sign-in?next={path}"


def test_other_words_in_the_address_lead_to_the_right_ones(
    thread: Thread, asker: Member, signed_in: SignedIn
) -> None:
    client = signed_in(asker)
    right = f"/threads/{thread.id}-between-two-states-only"

    for path in (f"/threads/{thread.id}", f"/threads/{thread.id}-else"):
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (303, right)
    assert client.get(right).status_code == 200
    response = client.get("/posts/2")
    assert (response.status_code, response.headers["Location"]) == (303, right + "#post-2")


@pytest.mark.parametrize(
    "path",
    [
        "/threads/01",
        "/threads/99999999999999999999",
        "/threads/2147483648",
        "/posts/99999999999999999999",
        "/threads/-1",
        "/threads/x",
        "/threads/1-",
        "/boards/none",
        "/boards/%F0%9F%92%A9",
    ],
)
def test_numbers_and_names_that_nothing_has_are_not_found(
    asker: Member, signed_in: SignedIn, path: str
) -> None:
    assert signed_in(asker).get(path).status_code == 404


def test_the_page_names_the_local_time_of_an_author_elsewhere(
    app: Flask, asker: Member, signed_in: SignedIn, at: Any
) -> None:
    at("2026-11-25T22:15:00+00:00")
    thread = a_thread(asker)
    far = a_member(an_authority("QT", MLA), zone="Pacific/Auckland")
    a_post(thread, far)
    near = a_member(an_authority("QU", MLA), zone="Europe/Paris")
    a_post(thread, near)

    page = visit(signed_in(asker), f"/threads/{thread.id}")

    assert "25 Nov 2026, 23:15 · 26 Nov 2026, 11:15 in Auckland (UTC+13)" in page.words
    assert "Paris" not in page.words
    assert "Times are shown for Brussels (UTC+1)." in page.text


def test_the_mark_stands_on_every_printed_sheet(
    thread: Thread, asker: Member, signed_in: SignedIn
) -> None:
    page = visit(signed_in(asker), f"/threads/{thread.id}")

    (main,) = page.root.iter("main")
    assert "is-tlp-amber" in (main.get("class") or "")
    assert "TLP:AMBER" in page.words


def test_members_text_has_its_language_and_finds_its_direction(
    asker: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker, title="كم من الوقائع يكفي؟", language="ar", source="نود أن نعرف.")

    page = visit(signed_in(asker), f"/threads/{thread.id}")

    (heading,) = page.root.iter("h1")
    assert (heading.get("lang"), heading.get("dir")) == ("ar", "auto")
    assert page.path == f"/threads/{thread.id}"


def test_a_question_to_nobody_in_particular_shows_no_cards(
    asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    thread = a_thread(asker)

    page = visit(signed_in(asker), f"/threads/{thread.id}")

    assert "Contacts for this question" not in page.words
    assert "The whole network" in page.words


def test_each_card_says_whether_that_office_answered(
    asker: Member, answerer: Member, stranger: Member, signed_in: SignedIn, at: Any
) -> None:
    thread = a_thread(asker, to=["QN", "QP"])
    at("2026-11-27T15:00:00+00:00")
    a_post(thread, answerer)

    page = visit(signed_in(asker), f"/threads/{thread.id}")

    assert "Office of Belmara Answered 27 Nov 2026" in page.words
    assert "Office of Corvesa Waiting for 2 days" in page.words
    assert page.words.index("Office of Belmara") < page.words.index("Office of Corvesa")


def test_a_thread_page_takes_as_many_queries_for_one_reply_as_for_fifty(
    app: Flask, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    small, large = a_thread(asker, to=["QN"]), a_thread(asker, to=["QN"])
    a_post(small, answerer)
    for _ in range(50):
        a_post(large, a_member(an_authority("QN", MLA)) if _ % 10 == 0 else answerer)
    client = signed_in(asker)
    client.get("/")

    with counted(app) as few:
        visit(client, f"/threads/{small.id}-how-much-fact-is-enough")
    with counted(app) as many:
        visit(client, f"/threads/{large.id}-how-much-fact-is-enough")

    assert few.total == many.total
    assert few.total < 40, few.statements


def test_a_thread_page_takes_as_many_queries_for_one_state_as_for_five(
    app: Flask, asker: Member, signed_in: SignedIn
) -> None:
    codes = ["QS", "QT", "QU", "QV", "QW"]
    for code in codes:
        an_authority(code, MLA)
        a_member(an_authority(code, MLA))
    one, five = a_thread(asker, to=codes[:1]), a_thread(asker, to=codes)
    client = signed_in(asker)
    client.get("/")

    with counted(app) as few:
        visit(client, f"/threads/{one.id}-how-much-fact-is-enough")
    with counted(app) as many:
        visit(client, f"/threads/{five.id}-how-much-fact-is-enough")

    assert few.total == many.total


def test_the_status_of_a_row_and_the_condition_of_a_query_are_the_same(
    app: Flask, asker: Member, answerer: Member
) -> None:
    a_thread(asker)
    a_post(a_thread(asker), answerer)
    a_post(a_thread(asker), answerer, accepted_at=None)
    with app.app_context():
        operations.accept_answer(actor_of(asker), 5)
        operations.withdraw_post(actor_of(asker), 1)
        actor = actor_of(asker)
        for status in ThreadStatus:
            rows = lists.threads_for(actor, Wanted(status=status)).rows
            assert all(row.status is status for row in rows)
        counts = lists.counts_for(actor, Wanted())
    assert counts[None] == sum(number for status, number in counts.items() if status) == 3


def change(app: Flask, member: Member, **facts: Any) -> None:
    """Change a member's row behind the operations."""
    with app.app_context():
        row = db.session.get_one(Member, member.id)
        for name, value in facts.items():
            setattr(row, name, value)
        db.session.commit()


def test_a_post_keeps_the_vetting_of_its_day(
    app: Flask, at: Any, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    vetted_at = datetime(2024, 2, 27, 9, 0, tzinfo=UTC)
    change(app, answerer, vetted_at=vetted_at, vetted_how="Note verbale NV-1")
    question = a_thread(asker, to=["QN"])
    with app.app_context():
        reply = NewReply(body="By post.", language="en", once="o" * 30)
        operations.post_reply(actor_of(answerer), question.id, reply)

    change(app, answerer, vetted_at=clock.now(), vetted_how="Call-back")
    page = visit(signed_in(asker), f"/threads/{question.id}")

    assert "Vetted 27 Feb 2024, Note verbale NV-1" in page.words
    assert "Call-back" not in page.words


def test_who_left_is_called_a_former_officer_beside_the_posts(
    app: Flask, at: Any, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    question = a_thread(asker, to=["QN"])
    a_post(question, answerer)
    closed = a_member(an_authority("QP", MLA, name="Office of Corvesa"))
    a_post(question, closed)
    reader = signed_in(asker)
    assert "Former" not in visit(reader, f"/threads/{question.id}").words

    with app.app_context():
        standing = actor_of(answerer).main
        assert standing is not None
        end_representation(answerer.id, standing.authority_id)
    change(app, closed, status=MemberStatus.CLOSED)
    page = visit(reader, f"/threads/{question.id}")

    assert "Former officer of Office of Belmara" in page.words
    assert "Former officer of Office of Corvesa" in page.words
    assert "Former officer of Office of Arvenia" not in page.words


def test_who_came_back_is_not_called_former(
    app: Flask, at: Any, asker: Member, answerer: Member, signed_in: SignedIn
) -> None:
    question = a_thread(asker, to=["QN"])
    a_post(question, answerer)
    with app.app_context():
        standing = actor_of(answerer).main
        assert standing is not None
        end_representation(answerer.id, standing.authority_id)
        office = db.session.get_one(Authority, standing.authority_id)
        member = db.session.get_one(Member, answerer.id)
        represent(member, office, Role.OFFICER, clock.now().date())

    assert "Former" not in visit(signed_in(asker), f"/threads/{question.id}").words
