"""The door: who is let in, who is sent where, and what is refused before anything is looked at."""

from dataclasses import replace

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from forum.app import create_app
from forum.audit.models import AuditEntry
from forum.core.settings import Settings
from forum.web.access import require_marks, unmarked
from tests.factories import a_member, sign_in
from tests.pages import visit
from tests.support.rows import all_of


def test_an_endpoint_that_does_not_say_who_may_use_it_stops_the_start(app: Flask) -> None:
    assert unmarked(app) == []

    app.view_functions["loose.page"] = lambda: "anybody"

    with pytest.raises(RuntimeError, match=r"loose\.page"):
        require_marks(app)


@pytest.mark.parametrize(
    "path",
    ["/boards", "/boards/none", "/threads/1", "/threads/999999", "/threads/abc", "/members/7",
     "/moderation/queue", "/threads?view=mine", "/confirm", "/directory/zz/none"],
)  # fmt: skip
def test_a_visitor_at_a_members_address_is_sent_to_sign_in_whatever_is_there(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path)

    assert answer.status_code == 303
    location = answer.headers["Location"]
    assert location.startswith("/sign-in?next=/")


def test_a_visitor_at_no_address_gets_the_404(client: FlaskClient) -> None:
    assert client.get("/nothing-here").status_code == 404
    assert client.get("/request-access/unknown-reference").status_code == 404


def test_a_member_does_not_learn_that_there_is_a_moderators_page(
    app: Flask, client: FlaskClient
) -> None:
    sign_in(client, a_member())

    there, nowhere = visit(client, "/moderation/queue"), visit(client, "/moderation/nothing")

    assert (there.status, nowhere.status) == (404, 404)
    assert there.words == nowhere.words


def test_a_foreign_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "forum.example.attacker.example"}).status_code == 400
    assert client.get("/", headers={"X-Forwarded-Host": "attacker.example"}).status_code == 200


@pytest.mark.parametrize("path", ["/about%00", "/directory?q=%00", "/directory?q=%ff%fe"])
def test_nul_and_broken_text_in_an_address_are_a_bad_request(
    client: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 400


def test_nul_and_broken_text_in_a_form_are_a_bad_request(client: FlaskClient) -> None:
    token = visit(client, "/sign-in").form().filled["csrf_token"]

    for body in (b"email=a%00b", b"email=%ff%fe"):
        answer = client.post(
            "/sign-in",
            data=body + b"&csrf_token=" + token.encode(),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 400


def test_a_form_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"email": "a" * 2_000_000})

    assert answer.status_code == 413


def test_a_form_from_another_site_is_refused_even_with_a_right_token(client: FlaskClient) -> None:
    page = visit(client, "/sign-in").form()

    refused = page.fill(email="a@b.example", password="x").send(**{"Sec-Fetch-Site": "cross-site"})

    assert refused.status == 400


def refusals(app: Flask) -> list[tuple[int | None, str, str]]:
    return [
        (entry.actor_id, entry.object, entry.outcome)
        for entry in all_of(app, AuditEntry)
        if entry.action == "page:refuse"
    ]


def test_what_a_member_is_refused_is_in_the_audit_log_and_what_a_visitor_is_not(
    app: Flask, client: FlaskClient
) -> None:
    client.post("/sign-out")
    client.get("/members/4711")
    member = a_member()
    sign_in(client, member)

    client.get("/members/4711")
    client.post("/sign-out", data={"csrf_token": "none"})
    client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    client.get("/members/%00")

    assert refusals(app) == [
        (member.id, "GET /members/4711", "not found"),
        (member.id, "POST /sign-out", "bad request"),
        (member.id, "POST /sign-out", "bad request"),
    ]


def test_a_post_too_many_is_in_the_audit_log(app: Flask, client: FlaskClient) -> None:
    member = a_member()
    sign_in(client, member)
    token = visit(client, "/threads/new").filled["csrf_token"]

    for _ in range(61):
        answer = client.post("/threads/preview", data={"csrf_token": token, "body": "Words"})

    assert answer.status_code == 429
    assert refusals(app) == [(member.id, "POST /threads/preview", "too many")]


def test_cookies_of_a_site_with_tls_have_the_prefix_and_all_flags(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://forum.example"))
    client = app.test_client()

    answer = client.get("/sign-in", base_url="https://forum.example")

    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    name, _, rest = cookies[0].partition("=")
    flags = {part.strip() for part in rest.split(";")[1:]}
    assert name == "__Host-session"
    assert flags == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


def test_over_plain_http_the_cookie_has_no_prefix_so_that_every_browser_keeps_it(
    client: FlaskClient,
) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]

    assert cookie.startswith("session=")
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie


def test_a_planted_session_cookie_is_not_adopted(client: FlaskClient) -> None:
    client.set_cookie("session", "planted-by-somebody-else")

    answer = client.get("/sign-in")

    assert "planted" not in answer.headers["Set-Cookie"]


def test_a_page_without_a_form_gives_a_visitor_no_row_in_the_database(
    app: Flask, client: FlaskClient
) -> None:
    from sqlalchemy import func, select

    from forum.core.db import db
    from forum.signin.models import OpenSession

    for path in ("/", "/about", "/sign-in", "/directory"):
        client.get(path)

    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(OpenSession)) == 0


def test_a_fault_of_ours_shows_a_number_and_no_trace(settings: Settings) -> None:
    app = create_app(settings)
    broken = Blueprint("broken", __name__)
    app._got_first_request = False

    def fail() -> str:
        raise LookupError("a secret detail")

    app.register_blueprint(broken)
    view = app.view_functions["home.about"]
    fail.access_mark = view.access_mark  # type: ignore[attr-defined]
    app.view_functions["home.about"] = fail

    answer = app.test_client().get("/about")

    assert answer.status_code == 500
    text = answer.get_data(as_text=True)
    assert "secret detail" not in text
    assert "LookupError" not in text
