"""Every answer carries the headers of security.md W1: pages, errors, redirects, files."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.web.headers import ALWAYS

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)


def check(answer: TestResponse) -> None:
    assert answer.headers.getlist("Content-Security-Policy") == [POLICY]
    for name, value in ALWAYS.items():
        assert answer.headers.getlist(name) == [value], name


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/about", 200), ("/boards", 303), ("/nothing-here", 404), ("/directory", 200)],
)
def test_pages_redirects_and_errors_carry_them_and_are_kept_by_nobody(
    client: FlaskClient, path: str, status: int
) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    check(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]


def test_refused_methods_and_forms_carry_them(client: FlaskClient) -> None:
    for answer, status in (
        (client.post("/about"), 405),
        (client.post("/sign-out"), 400),
        (client.get("/about", headers={"Host": "elsewhere.example"}), 400),
    ):
        assert answer.status_code == status
        check(answer)


def test_static_files_carry_them_and_are_kept_for_a_year(client: FlaskClient) -> None:
    page = client.get("/about").get_data(as_text=True)
    address = page.split('rel="stylesheet" href="')[-1].split('"')[0]

    with client.get(address) as answer:  # closes the file
        assert answer.status_code == 200
        check(answer)
    assert "immutable" in answer.headers["Cache-Control"]
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers
    missing = client.get(address.replace("site.css", "none.css"))
    assert missing.status_code == 404
    check(missing)


def test_no_answer_names_a_server_version_or_a_path_of_the_machine(client: FlaskClient) -> None:
    for path in ("/", "/nothing-here", "/about?x=%00"):
        answer = client.get(path)
        assert "Werkzeug" not in str(answer.headers)
        assert "/forum/" not in answer.get_data(as_text=True)
        assert "Traceback" not in answer.get_data(as_text=True)
