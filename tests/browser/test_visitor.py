"""A visitor sees the landing page and what States made public, and nothing else."""

from collections.abc import Callable

import pytest

from tests.browser.people import WALKED_AT, WINDOWS, Person

pytestmark = pytest.mark.browser

OPEN_PAGES = ("/about", "/handling", "/privacy", "/accessibility", "/sign-in", "/request-access")
MEMBERS_PAGES = ("/boards", "/threads", "/threads/3", "/threads/999999", "/members/1", "/confirm")


@pytest.mark.parametrize("window", WALKED_AT)
def test_a_visitor_reads_public_entries_and_is_sent_to_sign_in_for_the_rest(
    person: Callable[..., Person], window: str
) -> None:
    visitor = person(**WINDOWS[window]).go("/").look()
    assert visitor.page.locator("header nav a").all_inner_texts() == ["Directory"]

    visitor.follow("See the public entries").look()
    visitor.fill(q="Corvesa").press("Apply").look()
    visitor.follow("Ministerio de Relaciones Exteriores, Dirección de Asuntos Jurídicos").look()

    assert "extradiciones@relaciones.qp.example" in visitor.main.inner_text()
    assert "Members of this office" not in visitor.main.inner_text()
    for path in OPEN_PAGES:
        visitor.go(path).look()
    for path in MEMBERS_PAGES:
        visitor.go(path)
        assert visitor.path == "/sign-in", path
    visitor.go("/nowhere").look()
    assert visitor.heading == "There is no page here"


def test_an_entry_for_members_is_to_a_visitor_like_one_that_does_not_exist(
    person: Callable[..., Person],
) -> None:
    member, visitor = person(), person()
    member.sign_in(member.demonstration.account("s.almarouq"), "/directory/qq/prisons").look()
    assert "Prisons" in member.main.inner_text()

    visitor.go("/directory/qq/prisons")
    there = visitor.page.url
    visitor.go("/directory/qq/no-such-office")

    assert visitor.path == "/sign-in"
    assert visitor.page.url.replace("no-such-office", "prisons") == there
