"""Pages about the site, the choice of language, and health."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.app import create_app
from forum.core.settings import Settings
from tests.conftest import FrozenClock, close
from tests.pages import visit

PAGES = {
    "/about": "About Counterpart",
    "/handling": "Handling rules",
    "/privacy": "Privacy",
    "/accessibility": "Accessibility",
}


@pytest.mark.parametrize("path", PAGES)
def test_everybody_may_read_about_the_site(client: FlaskClient, path: str) -> None:
    page = visit(client, path)

    assert page.status == 200
    assert page.heading == PAGES[path]
    assert set(PAGES) <= set(page.links())


def choose(client: FlaskClient, language: str, path: str = "/about") -> "object":
    page = visit(client, path)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    form = {"csrf_token": token, "lang": language, "next": path}
    return client.post("/language", data=form)


def test_a_language_is_remembered_and_turns_the_page_round(client: FlaskClient) -> None:
    response = choose(client, "ar")

    assert (response.status_code, response.headers["Location"]) == (303, "/about")
    page = visit(client, "/about")
    assert '<html lang="ar"' in page.text
    assert 'dir="rtl"' in page.text
    assert "bootstrap.rtl.min.css" in page.text
    assert '<body lang="en" dir="ltr"' in page.text


def test_an_unknown_language_is_refused_with_a_sentence(client: FlaskClient) -> None:
    response = choose(client, "tlh")

    assert response.status_code == 422
    assert "Choose one of the languages" in response.text
    assert "language" not in response.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(
    "there",
    ["https://evil.example/", "//evil.example", "/%2f%2fevil.example", "/\\evil.example", "x", ""],
)
def test_the_way_back_never_leads_off_the_site(client: FlaskClient, there: str) -> None:
    page = visit(client, "/about")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]

    response = client.post("/language", data={"csrf_token": token, "lang": "fr", "next": there})

    assert response.headers["Location"] == "/"


def test_a_language_is_chosen_with_a_form_of_this_site_only(client: FlaskClient) -> None:
    assert client.post("/language", data={"lang": "ar"}).status_code == 400


def test_it_says_that_it_lives_and_that_it_is_ready(client: FlaskClient) -> None:
    for path, word in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        response = client.get(path)
        assert (response.status_code, response.text) == (200, word)
        assert response.mimetype == "text/plain"
        assert response.headers["Cache-Control"] == "no-store"


@pytest.fixture
def unready(settings: Settings, tmp_path: Path) -> Iterator[Flask]:
    """A site whose database holds no tables yet."""
    fresh = tmp_path / "fresh"
    made = create_app(replace(settings, data_dir=fresh, database_url=""))
    yield made
    close(made)


def test_without_its_tables_it_lives_but_is_not_ready(unready: Flask) -> None:
    client = unready.test_client()

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503


def test_security_txt_names_a_contact_and_has_not_expired(
    client: FlaskClient, at: FrozenClock
) -> None:
    text = client.get("/.well-known/security.txt").text

    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == "mailto:secretariat@localhost"
    assert fields["Canonical"] == "http://localhost/.well-known/security.txt"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - at.moment < timedelta(days=365)
