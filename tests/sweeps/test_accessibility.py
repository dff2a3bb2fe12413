"""Every page that can be reached by links is whole: no dead link, sound headings, names for all parts."""

import re
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from forum.core.paths import STATIC
from tests.journeys.people import sign_in
from tests.pages import Page
from tests.support.browser import IS_FIRST_RUN
from tests.support.crawl import pages
from tests.support.demonstration import Demonstration

#: Either database gives the same pages.
pytestmark = [] if IS_FIRST_RUN else [pytest.mark.soak]

ROLES = [None, "c.desmarny", "l.orbezo", "i.karvell"]

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SPRITE = set(
    re.findall(r"\bid=\"([^\"]+)\"", (STATIC / "img" / "icons.svg").read_text(encoding="utf-8"))
)


def check(page: Page) -> None:
    nodes = list(page.root.iter())
    ids = {node.get("id") for node in nodes if node.get("id")}
    levels = [HEADINGS.index(node.tag) for node in nodes if node.tag in HEADINGS]
    assert levels[0] == 0, f"{page.path}: the first heading is no h1"
    for above, below in pairwise(levels):
        assert below <= above + 1, f"{page.path}: a heading of level {below + 1} under {above + 1}"
    for node in nodes:
        if node.tag in HEADINGS:
            assert words(node), f"{page.path}: an empty heading"
        for name in ("aria-labelledby", "aria-describedby", "for"):
            for wanted in (node.get(name) or "").split():
                assert wanted in ids, f"{page.path}: {name} names {wanted}, which is not there"
        if node.tag in {"a", "button", "summary"}:
            assert words(node) or node.get("aria-label"), f"{page.path}: {node.tag} has no name"
        if node.tag == "a" and (node.get("href") or "").startswith("#"):
            assert node.get("href", "")[1:] in ids, f"{page.path}: {node.get('href')} leads nowhere"
        if node.tag == "use":
            assert node.get("href", "").partition("#")[2] in SPRITE, f"{page.path}: {node.attrib}"
        if node.tag in {"svg", "img"}:
            is_named = node.get("aria-hidden") == "true" or node.get("role") == "img"
            assert is_named or node.get("alt") is not None, f"{page.path}: {node.tag} has no name"
    check_landmarks(page, nodes)


def check_landmarks(page: Page, nodes: list[Element]) -> None:
    for tag in ("nav", "aside"):
        names = [
            node.get("aria-label") or node.get("aria-labelledby")
            for node in nodes
            if node.tag == tag
        ]
        assert len(set(names)) == len(names), f"{page.path}: {tag} named {names}"
        assert None not in names or len(names) == 1, f"{page.path}: {tag} without a name"
    (html,) = [node for node in nodes if node.tag == "html"]
    assert html.get("lang")
    assert html.get("dir") in {"ltr", "rtl"}


def words(node: Element) -> str:
    return "".join(node.itertext()).strip()


@pytest.mark.parametrize("who", ROLES)
def test_every_page_that_links_lead_to_is_there_and_sound(
    demonstration: Demonstration, demo_app: Flask, who: str | None
) -> None:
    client = demo_app.test_client()
    if who is not None:
        sign_in(demonstration, client, demonstration.account(who))
    titles: dict[str, str] = {}

    for page in pages(client):
        check(page)
        title = words(next(page.root.iter("title")))
        assert title.count(" – ") >= 1, f"{page.path}: {title}"
        titles[page.path] = title

    assert len(titles) > (10 if who is None else 40)
