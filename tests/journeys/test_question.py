"""The main job: ask the competent office, get an answer from it, mark the question solved."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from forum.app import create_app
from forum.audit.models import AuditEntry
from forum.audit.walk import verify
from forum.core.db import db
from forum.discussion.models import Post, Thread
from tests import factories
from tests.conftest import close
from tests.journeys.people import Postman, link_in, sign_in, text_of
from tests.pages import Page, visit
from tests.support.demonstration import Demonstration
from tests.support.smtp import Mailbox

TITLE = "May a surrendered person be tried for an older offence?"
BODY = "Our court asks for your **consent** under the rule of speciality.\n\nHow long does it take?"
ANSWER = "Sixty days. Send the charge and [the law](https://law.qp.example/16)."

ASKER, ANSWERER, SAME_STATE, THIRD = "c.desmarny", "j.almodares", "m.sarvedo", "a.quellin"


@pytest.fixture
def posting_app(demonstration: Demonstration, mailbox: Mailbox) -> Iterator[Flask]:
    """The demonstration, with a real mail server."""
    made = create_app(replace(demonstration.settings, smtp_url=mailbox.url))
    factories.use(made)
    yield made
    close(made)


def enter(demonstration: Demonstration, app: Flask, name: str) -> Page:
    """Today, of that member, in a browser of their own."""
    return sign_in(demonstration, app.test_client(), demonstration.account(name))


def ask(member: Page, **changed: object) -> Page:
    """Ask QP about extradition, for the two States alone; the thread."""
    facts = {
        "board": "extradition",
        "title": TITLE,
        "body": BODY,
        "states": ["QP"],
        "function": "UNTOC-16-EXT",
        "audience": "addressed",
        "needed_by": "2026-12-04",
        **changed,
    }
    return visit(member.client, "/threads/new").form("/threads/new").fill(**facts).send("do=post")


def cards(page: Page) -> dict[str, str]:
    """Name and words of each counterpart card, by State."""
    return {
        node.get("data-state", ""): " ".join("".join(node.itertext()).split())
        for node in page.root.iter("details")
        if node.get("data-state")
    }


def hidden_from(page: Page, path: str) -> bytes:
    """What a member sees at an address, without what differs between any two answers."""
    response = page.client.get(path)
    assert response.status_code == 404
    absent = page.client.get("/threads/987654")
    assert absent.status_code == 404
    assert sorted(response.headers) == sorted(absent.headers)
    return without_tokens(response.data.replace(path.encode(), b"/threads/987654"))


def without_tokens(page: bytes) -> bytes:
    """A form's token carries the second it was made in."""
    return re.sub(rb'name="csrf_token"[^>]*', b"", page)


def test_a_question_is_answered_by_the_competent_office_and_solved(
    demonstration: Demonstration, posting_app: Flask, mailbox: Mailbox
) -> None:
    post = Postman(posting_app, mailbox)
    asker = enter(demonstration, posting_app, ASKER)

    # the question, with the card of exactly the competent office
    thread = ask(asker)
    assert thread.heading == TITLE
    assert list(cards(thread)) == ["QP"]
    assert "Ministerio de Relaciones Exteriores" in cards(thread)["QP"]
    assert "extradiciones@relaciones.qp.example" in cards(thread)["QP"]
    for other in ("fiscalia.qp.example", "justicia.qp.example"):
        assert other not in thread.text
    assert "TLP:AMBER" in thread.words

    # the members of that office get one mail without content, nobody else gets any
    everybody = {account.email for account in demonstration.accounts}
    told = {address for address in everybody if post.news(address)}
    assert told == {demonstration.account(ANSWERER).email}
    (mail,) = post.news(demonstration.account(ANSWERER).email)
    whole = mail.as_string() + text_of(mail)
    for secret in (
        TITLE,
        "speciality",
        "Desmarny",
        "Justice",
        "Arvenia",
        "QM",
        "QP",
        "Extradition",
    ):
        assert secret not in whole, secret
    assert link_in(mail) == thread.path.partition("-")[0]

    # an officer of that office answers
    answerer = enter(demonstration, posting_app, ANSWERER)
    assert TITLE in answerer.words
    seen = visit(answerer.client, link_in(mail))
    assert seen.heading == TITLE
    answered = seen.form("/replies").fill(body=ANSWER).send("do=post")
    assert "Sixty days." in answered.words

    # whoever asked is told, and accepts
    assert len(post.news(demonstration.account(ASKER).email)) == 1
    assert TITLE in visit(asker.client, "/").words
    thread = visit(asker.client, thread.path)
    assert "Solved" not in thread.words
    solved = thread.form("/accept").send()
    assert "Solved" in solved.words
    assert TITLE in visit(asker.client, "/threads?view=solved").words

    # from the thread to the entry, its vCard and the author's profile
    entry_path = next(link for link in solved.links() if re.match(r"/directory/qp/[^.]+$", link))
    entry = visit(asker.client, entry_path)
    assert "Departamento de Extradiciones" in entry.words
    card = asker.client.get(next(link for link in entry.links() if link.endswith(".vcf")))
    assert card.mimetype == "text/vcard"
    assert "extradiciones@relaciones.qp.example" in card.text
    profile_path = next(
        node.get("href", "")
        for node in solved.root.iter("a")
        if "Almodares" in "".join(node.itertext()) and "/members/" in node.get("href", "")
    )
    profile = visit(asker.client, profile_path)
    assert "Almodares" in profile.heading
    assert "Ministerio de Relaciones Exteriores" in profile.words

    # others
    same_state = enter(demonstration, posting_app, SAME_STATE)
    assert visit(same_state.client, thread.path).heading == TITLE
    third = enter(demonstration, posting_app, THIRD)
    for path in (thread.path, link_in(mail)):
        assert hidden_from(third, path) == without_tokens(third.client.get("/threads/987654").data)
    assert TITLE not in visit(third.client, "/threads?view=all").text
    with posting_app.app_context():
        actions = set(db.session.scalars(select(AuditEntry.action)))
        assert verify().fault is None
    assert {"thread:open", "post:create", "answer:accept", "vcard:download"} <= actions


def test_a_form_sent_twice_makes_one_thread_and_one_reply(
    demonstration: Demonstration, demo_app: Flask
) -> None:
    asker = enter(demonstration, demo_app, ASKER)
    form = visit(asker.client, "/threads/new").form("/threads/new")
    form.fill(board="extradition", title=TITLE, body=BODY)

    first, second = form.send("do=post"), form.send("do=post")
    reply = first.form("/replies").fill(body="One thing more.")
    reply.send("do=post")
    after = reply.send("do=post")

    assert first.path == second.path
    assert after.words.count("One thing more.") == 1
    with demo_app.app_context():
        threads = list(db.session.scalars(select(Thread).where(Thread.title == TITLE)))
        assert len(threads) == 1
        posts = select(Post).where(Post.thread_id == threads[0].id)
        assert len(list(db.session.scalars(posts))) == 2


def test_an_author_edits_and_withdraws_and_others_cannot(
    demonstration: Demonstration, demo_app: Flask
) -> None:
    asker = enter(demonstration, demo_app, ASKER)
    thread = ask(asker)
    answerer = enter(demonstration, demo_app, ANSWERER)
    seen = visit(answerer.client, thread.path).form("/replies").fill(body=ANSWER).send("do=post")
    edit_path = next(link for link in seen.links() if link.endswith("/edit"))

    edited = visit(answerer.client, edit_path)
    edited = edited.form(edit_path).fill(body="Ninety days, by a new law.").send("do=post")
    assert "Ninety days" in edited.words
    assert "Sixty days" not in edited.words
    history = visit(asker.client, edit_path.replace("/edit", "/history"))
    assert "Sixty days" in history.words
    assert asker.client.get(edit_path).status_code == 403
    withdrawn = edited.form("/withdraw").send()
    assert "Ninety days" not in withdrawn.text
    assert "Ninety days" not in visit(asker.client, edit_path.replace("/edit", "/history")).text


def test_the_asker_writes_red_and_is_told_why_not(
    demonstration: Demonstration, demo_app: Flask
) -> None:
    asker = enter(demonstration, demo_app, ASKER)
    form = visit(asker.client, "/threads/new").form("/threads/new")
    token = form.filled["csrf_token"]

    answer = asker.client.post(
        "/threads/new",
        data={**form.filled, "csrf_token": token, "board": "extradition", "title": TITLE}
        | {"body": BODY, "mark": "RED", "do": "post"},
    )

    assert answer.status_code == 422
    assert "participants" in answer.text
    assert TITLE in answer.text
