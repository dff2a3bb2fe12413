"""Who chooses Arabic gets every page mirrored, with what is still English marked as English."""

from collections.abc import Callable

import pytest

from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person
from tests.support.browser import IS_FIRST_RUN

pytestmark = [pytest.mark.browser, *([] if IS_FIRST_RUN else [pytest.mark.soak])]

PAGES = ("/", "/boards", "/boards/extradition", "/threads?view=all", "/threads/6", "/threads/new")
PAGES += ("/directory", "/directory/qq", "/members/5", "/about", "/handling", "/nowhere")


def choose_arabic(person: Person) -> None:
    person.press("العربية", within="footer")


def is_mirrored(person: Person) -> bool:
    """The brand stands at the right edge, and lines begin there."""
    html, body = person.page.locator("html"), person.page.locator("body")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    assert (body.get_attribute("lang"), body.get_attribute("dir")) == ("en", "ltr")
    brand = person.page.locator(".cp-brand").bounding_box()
    width = (person.page.viewport_size or {"width": 0})["width"]
    assert brand is not None
    return bool(
        brand["x"] + brand["width"] > width * 0.8
        and person.main.evaluate("node => getComputedStyle(node).direction") == "rtl"
    )


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_every_page_mirrors(person: Callable[..., Person], window: str) -> None:
    member = person(**WINDOWS[window])
    member.sign_in(member.demonstration.account("h.zarneth"), "/boards")
    choose_arabic(member)
    assert member.path == "/boards"

    for path in PAGES:
        member.go(path).look()
        assert is_mirrored(member), path


def test_the_choice_stays_for_the_next_visit(person: Callable[..., Person]) -> None:
    visitor = person().go("/about")
    choose_arabic(visitor)

    visitor.go("/sign-in").look()
    assert is_mirrored(visitor)
    visitor.press("English", within="footer")

    assert visitor.page.locator("html").get_attribute("dir") == "ltr"


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_pages_are_as_readable_in_the_dark(person: Callable[..., Person], window: str) -> None:
    member = person(**WINDOWS[window], scheme="dark")
    member.sign_in(member.demonstration.account("i.karvell"))

    for path in (
        "/",
        "/threads/9",
        "/threads/new",
        "/directory/qp",
        "/moderation/queue",
        "/members/5",
    ):
        member.go(path).look()
