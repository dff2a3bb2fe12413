"""Values that no page of the site sends: JSON, files, numbers of other scripts or sizes."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories import a_member, a_moderator, a_thread, an_application, sign_in
from tests.pages import visit

HUGE = ["2147483648", "99999999999999999999", "9" * 5000]
FORMS = ["/threads/new", "/threads/preview", "/confirm", "/request-access"]


def _token(client: FlaskClient) -> str:
    return visit(client, "/confirm").form().filled["csrf_token"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    "body", ["[1, 2]", "5", "null", "{", '{"body": 5, "name": {"a": [1]}}', '{"body": "\\ud800"}']
)
def test_json_is_no_form(client: FlaskClient, path: str, body: str) -> None:
    sign_in(client, a_member())
    headers = {"X-CSRFToken": _token(client)}

    answer = client.post(path, data=body, content_type="application/json", headers=headers)

    assert answer.status_code in {200, 422}  # as if nothing had been typed


@pytest.mark.parametrize("path", FORMS)
def test_a_file_is_no_text(client: FlaskClient, path: str) -> None:
    sign_in(client, a_member())
    fields = ["title", "body", "needed_by", "states", "once", "password", "code", "email", "name"]
    data = {name: (BytesIO(b"x"), "x.txt") for name in fields}

    answer = client.post(path, data={**data, "csrf_token": _token(client)})

    assert answer.status_code in {200, 422}


def test_a_file_is_no_password(client: FlaskClient) -> None:
    token = visit(client, "/sign-in").form().filled["csrf_token"]
    data = {"csrf_token": token, "email": (BytesIO(b"x"), "x"), "password": (BytesIO(b"x"), "x")}

    assert client.post("/sign-in", data=data).status_code == 422


@pytest.mark.parametrize("number", [*HUGE, "٢", "٠١", "0", "00", "-1", "1e1", "1_0", "+1"])
@pytest.mark.parametrize(
    "path", ["/threads/{}", "/posts/{}", "/posts/{}/history", "/members/{}",
             "/moderation/applications/{}"],
)  # fmt: skip
def test_what_is_no_number_of_ours_is_at_no_address(
    client: FlaskClient, path: str, number: str
) -> None:
    sign_in(client, a_moderator())

    assert client.get(path.format(number)).status_code == 404


def test_a_thing_has_one_number(client: FlaskClient) -> None:
    member = a_member()
    thread = a_thread(author=member)
    sign_in(client, member)
    arabic = str(thread.id).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert client.get(f"/threads/{thread.id}").status_code == 303
    assert client.get(f"/threads/{arabic}").status_code == 404
    assert client.get(f"/threads/0{thread.id}").status_code == 404
    assert client.get(f"/members/{member.id}").status_code == 200
    assert client.get(f"/members/0{member.id}").status_code == 404


@pytest.mark.parametrize("number", [*HUGE, "٢", "²", "0", "-1", ""])
def test_an_entry_is_claimed_by_a_number_of_ours(client: FlaskClient, number: str) -> None:
    token = visit(client, "/request-access").response.headers and _visitors_token(client)
    answer = client.post(
        "/request-access", data={"csrf_token": token, "state": "QM", "authority": number}
    )

    assert answer.status_code == 422
    asked = client.get("/request-access", query_string={"state": "FR", "authority": number})
    assert asked.status_code == 422


def _visitors_token(client: FlaskClient) -> str:
    return visit(client, "/sign-in").form().filled["csrf_token"]


@pytest.mark.parametrize("number", HUGE)
def test_a_call_goes_to_a_number_of_the_entry(client: FlaskClient, number: str) -> None:
    application = an_application()
    sign_in(client, a_moderator())
    data = {"csrf_token": _token(client), "number": number, "outcome": "confirmed", "words": "a"}

    answer = client.post(f"/moderation/applications/{application.id}/call-back", data=data)

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "cursor",
    ["0001-01-01T00:00:00+23:59~1", "9999-12-31T23:59:59-23:59~1", "2026-01-01T00:00:00~1",
     "2026-01-01T00:00:00+00:00~" + "9" * 5000, "~", "9" * 5000 + "~1", "\u0661~\u0661"],
)  # fmt: skip
@pytest.mark.parametrize("which", ["before", "after"])
def test_a_cursor_of_the_queue_that_cannot_be_read_is_none(
    client: FlaskClient, which: str, cursor: str
) -> None:
    an_application()
    sign_in(client, a_moderator())

    assert client.get("/moderation/queue", query_string={which: cursor}).status_code == 200


@pytest.mark.parametrize(
    "cursor",
    ["9" * 30 + "-1", "1-" + "9" * 30, "9" * 5000 + "-1", "-1--1", "\u0661-\u0661", "1-", "-",
     "253402300799999999-1", "0-0"],
)  # fmt: skip
@pytest.mark.parametrize("which", ["before", "after"])
def test_a_cursor_of_the_threads_that_cannot_be_read_is_none(
    client: FlaskClient, which: str, cursor: str
) -> None:
    member = a_member()
    a_thread(author=member)
    sign_in(client, member)

    assert client.get("/threads", query_string={which: cursor}).status_code == 200


def test_no_form_takes_a_number_that_json_would_carry(app: Flask, client: FlaskClient) -> None:
    sign_in(client, a_member())
    headers = {"X-CSRFToken": _token(client)}

    answer = client.post("/threads/1/seen", data=json.dumps({"up_to": 1}), headers=headers)

    assert answer.status_code == 404
