"""Loading boards, rendering again, addresses and the audit log."""

import pytest
from flask import Flask

from forum.audit.models import AuditEntry
from forum.audit.walk import verify
from forum.core import text
from forum.core.db import db, operation
from forum.discussion import operations
from forum.discussion.models import Board, Mark, Openers, Post, Revision, Thread
from forum.discussion.operations import NewReply
from forum.discussion.shown import slug_of
from forum.members.models import Member
from tests.factories import LONG_AGO, a_post, a_thread, actor_of
from tests.support.rows import all_of, one_of


def test_boards_are_loaded_as_the_file_says(app: Flask) -> None:
    with app.app_context():
        operations.load_boards()

    boards = {board.slug: board for board in all_of(app, Board)}
    assert len(boards) == 13
    assert boards["announcements"].openers is Openers.NOTICES
    assert boards["announcements"].function_code is None
    assert boards["som-sea"].default_mark is Mark.AMBER
    assert boards["extradition"].function_code == "UNTOC-16-EXT"


def test_loading_again_leaves_what_the_secretariat_changed(app: Flask) -> None:
    with app.app_context():
        operations.load_boards()

        @operation
        def change() -> None:
            board = db.session.get(Board, "tsp")
            assert board is not None
            board.title = "Prisoners' transfer"

        change()

        outcome = operations.load_boards()

    assert (outcome.added, outcome.updated, outcome.left) == (0, 0, 1)
    assert one_of(app, Board, Board.slug == "tsp").title == "Prisoners' transfer"


def test_texts_of_an_older_renderer_are_rendered_again_in_batches(
    app: Flask, asker: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = a_thread(asker)
    for number in range(7):
        a_post(thread, asker, f"**{number}**")
    with app.app_context():
        post = operations.edit_post(
            actor_of(asker), 2, "_edited_", one_of(app, Post, Post.id == 2).version
        )
        edited_at = post.edited_at
        monkeypatch.setattr(operations, "_BATCH", 3)
        monkeypatch.setattr(text, "RENDERER", text.RENDERER + 1)
        monkeypatch.setattr(text, "render", lambda source: f"<p>new {source}</p>")

        assert operations.render_again() == 8 + 1
        assert operations.render_again() == 0

    posts = all_of(app, Post)
    assert {post.renderer for post in posts} == {text.RENDERER}
    assert posts[1].html == "<p>new _edited_</p>"
    assert posts[1].edited_at == edited_at
    assert one_of(app, Revision).html == "<p>new **0**</p>"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("How much fact is enough?", "how-much-fact-is-enough"),
        ("Coopération: délais «urgents»", "cooperation-delais-urgents"),
        ("كم من الوقائع يكفي؟", ""),
        ("../../etc/passwd?a=b#c%2f", "etc-passwd-a-b-c-2f"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 200, "x" * 60),
    ],
)
def test_the_words_in_an_address_are_the_latin_ones_of_the_title(title: str, slug: str) -> None:
    assert slug_of(Thread(title=title, withdrawn_at=None)) == slug


def test_a_withdrawn_title_is_in_no_address() -> None:
    assert slug_of(Thread(title="Too much said", withdrawn_at=LONG_AGO)) == ""


def test_everything_that_matters_is_in_the_log_and_no_text_is(
    app: Flask, asker: Member, answerer: Member
) -> None:
    thread = a_thread(asker, title="Title of it", source="Text of it")
    author, other = actor_of(asker), actor_of(answerer)
    with app.app_context():
        reply = operations.post_reply(other, thread.id, NewReply("Words of it", "x" * 30))
        version, number = reply.version, reply.id
        operations.edit_post(other, number, "Other words of it", version)
        operations.accept_answer(author, number)
        operations.unaccept_answer(author, number)
        operations.withdraw_post(other, number)
        assert verify().fault is None

    entries = all_of(app, AuditEntry, AuditEntry.object == f"post:{number}")
    assert [(entry.action, entry.actor_id) for entry in entries] == [
        ("post:create", answerer.id),
        ("post:edit", answerer.id),
        ("answer:accept", asker.id),
        ("answer:unaccept", asker.id),
        ("post:withdraw", answerer.id),
    ]
    everything = " ".join(str(vars(entry)) for entry in all_of(app, AuditEntry))
    assert "of it" not in everything
