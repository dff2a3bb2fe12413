"""A session that lapses while somebody writes gives what was typed back (issue 2, bad input)."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, redirect, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import select
from wtforms import PasswordField, StringField, TextAreaField

from forum.core.db import db
from forum.core.services import services
from forum.drafts.models import KeptForm
from forum.drafts.operations import forget_expired_forms
from forum.policy import Permission
from forum.web.access import form_page, fresh, public, requires
from forum.web.forms import BaseForm, Required, Typed, cleaned
from tests.factories import PASSWORD, TOTP_SECRET, a_member
from tests.pages import Page, visit
from tests.signin.steps import browser, sign_in
from tests.support import totp

WORDS = "What we would like to ask:\nhow long may it take?\u200f\r\nسؤال"
SENT: list[str] = []
PAGE = """
{% extends "base.html" %}
{% from "_macros/field.html" import input, textarea %}
{% block title %}Note{% endblock %}
{% block content %}
  <h1>Note</h1>
  {% if form.is_resumed %}<p>What you had written was kept.</p>{% endif %}
  <form method="post">{{ form.csrf_token }}{{ textarea(form.body) }}{{ input(form.password) }}</form>
{% endblock %}
"""


class NoteForm(BaseForm):
    body = TextAreaField("Body", [Required(), Typed(2000, lines=True)], filters=[cleaned])
    password = PasswordField("Password")
    code = StringField("Code")


def _note() -> Any:
    form = NoteForm()
    if not form.validate_on_submit():
        return render_template_string(PAGE, form=form), 422 if form.is_submitted() else 200
    SENT.append(form.body.data or "")
    return redirect("/note", 303)


@pytest.fixture
def app(app: Flask) -> Flask:
    """The site with pages to write on: one for members, one that needs a recent proof too."""
    SENT.clear()
    member = requires(Permission.ACCOUNT_USE)
    for path, view in (("/note", member(form_page()(_note))), ("/deed", None)):
        view = view or member(fresh(form_page()(lambda: _note())))
        app.add_url_rule(path, path.strip("/"), view, methods=["GET", "POST"])
    app.add_url_rule("/open", "open", public(lambda: "open"))
    return app


def _written(client: FlaskClient, path: str = "/note") -> Page:
    return visit(client, path).fill(body=WORDS, password="not to be kept at all")


def _kept(app: Flask) -> list[KeptForm]:
    with app.app_context():
        rows = list(db.session.scalars(select(KeptForm)))
        db.session.expunge_all()
    return rows


def test_what_was_typed_comes_back_after_signing_in_again(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    page = _written(client)
    at(timedelta(minutes=31))

    lapsed = page.send(follow=False).response
    assert (lapsed.status_code, lapsed.headers["Location"]) == (303, "/sign-in?next=/note")
    landed = sign_in(client, member, at.moment, path=lapsed.headers["Location"])
    back = visit(client, landed.headers["Location"])

    assert "What you had written was kept." in back.words
    assert back.form().filled["body"] == WORDS.replace("\r\n", "\n")
    assert back.filled["password"] == ""
    assert SENT == []
    assert back.send(follow=False).status == 303
    assert [WORDS.replace("\r\n", "\n")] == SENT
    assert _kept(app) == []
    assert "was kept" not in visit(client, "/note").words


def test_a_step_up_gives_it_back_too(app: Flask, client: FlaskClient, at: Any) -> None:

    sign_in(client, a_member(), at.moment)
    page = _written(client, "/deed")
    at(timedelta(minutes=11))

    confirm = page.send()
    assert confirm.heading == "Confirm that it is you"
    back = confirm.fill(password=PASSWORD, code=totp.code(TOTP_SECRET, at.moment)).send()

    assert back.path == "/deed"
    assert back.form().filled["body"] == WORDS.replace("\r\n", "\n")


def test_it_is_stored_encrypted_and_without_passwords(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    page = _written(client)
    at(timedelta(minutes=31))
    page.send()

    (kept,) = _kept(app)
    stored = str(vars(kept))
    assert "how long" not in stored
    assert (client.get_cookie("kept").value) not in stored  # type: ignore[union-attr]
    with app.app_context():
        fields = services().cipher.open(kept.sealed_fields)
    assert "how long" in fields
    assert "not to be kept at all" not in fields


def test_nobody_else_gets_it_in_the_same_browser(app: Flask, client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)
    page = _written(client)
    at(timedelta(minutes=31))
    page.send()

    sign_in(client, a_member(), at.moment)

    assert visit(client, "/note").form().filled["body"] == ""


def test_the_same_member_does_not_get_it_in_another_browser(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member, other = a_member(), browser(app)
    sign_in(client, member, at.moment)
    page = _written(client)
    at(timedelta(minutes=31))
    page.send()

    sign_in(other, member, at.moment)

    assert visit(other, "/note").form().filled["body"] == ""


@pytest.mark.parametrize("trick", ["cross-site", "no token", "token of another browser"])
def test_a_post_from_elsewhere_keeps_nothing(
    app: Flask, client: FlaskClient, at: Any, trick: str
) -> None:
    sign_in(client, a_member(), at.moment)
    form = _written(client).filled
    at(timedelta(minutes=31))
    headers = {"Sec-Fetch-Site": "cross-site"} if trick == "cross-site" else {}
    if trick == "no token":
        del form["csrf_token"]
    if trick == "token of another browser":
        other = browser(app)
        form["csrf_token"] = visit(other, "/sign-in").form().filled["csrf_token"]

    client.post("/note", data=form, headers=headers)

    assert _kept(app) == []


def test_after_signing_out_nothing_is_kept(app: Flask, client: FlaskClient, at: Any) -> None:
    sign_in(client, a_member(), at.moment)
    page = _written(client)
    client.post("/sign-out", data={"csrf_token": page.filled["csrf_token"]})

    page.send()

    assert _kept(app) == []


def test_it_is_kept_for_a_day(app: Flask, client: FlaskClient, at: Any) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    page = _written(client)
    at(timedelta(minutes=31))
    page.send()

    at(timedelta(hours=24))
    sign_in(client, member, at.moment)

    assert visit(client, "/note").form().filled["body"] == ""
    with app.app_context():
        forget_expired_forms()
    assert _kept(app) == []


def test_a_stale_form_token_brings_the_form_back_filled_with_a_fresh_one(
    app: Flask, client: FlaskClient, at: Any
) -> None:
    member = a_member()
    sign_in(client, member, at.moment)
    page = _written(client)
    at(timedelta(minutes=31))
    sign_in(client, member, at.moment)  # in another tab

    back = page.send()

    assert back.status == 422
    assert SENT == []
    assert back.form().filled["body"] == WORDS.replace("\r\n", "\n")
    assert back.send(follow=False).status == 303
    assert len(SENT) == 1
