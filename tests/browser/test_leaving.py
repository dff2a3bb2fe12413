"""Somebody leaves: lets it be known, is let go, and a successor takes over."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from forum.directory.operations import settle_ended
from forum.drafts.operations import keep_form
from forum.members.queries import member_with_mailbox
from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_focal_point_lets_go_who_left(person: Callable[..., Person], window: str) -> None:
    focal = person(**WINDOWS[window])
    focal.sign_in(focal.demonstration.account("p.gremvald"), "/desk").look()
    focal.click(focal.main.get_by_role("link", name="Left the authority").first).look()
    assert focal.heading == "A member who left"
    focal.press("End access now").look()
    assert focal.page.title().startswith("Error:")
    focal.fill(reason="Moved to another office.").press("End access now").look()
    assert "stands for the authority no more, as of now" in focal.main.inner_text()


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_successor_has_what_a_leaver_left_open(
    person: Callable[..., Person], window: str
) -> None:
    leaver, head, heir = (person(**WINDOWS[window]) for _ in range(3))
    known = leaver.demonstration
    with leaver.app.app_context():
        member = member_with_mailbox(known.account("a.quellin").email)
        assert member is not None
        typed = [("title", "Who pays for the interpreter?"), ("body", "We have wondered.")]
        keep_form(member.id, "another browser", "/threads/new", typed)
    leaver.sign_in(known.account("a.quellin"), "/settings/leaving").look()
    leaver.follow("Announce my last day").look()
    leaver.press("Announce it").look()
    assert leaver.page.title().startswith("Error:")
    successor = leaver.main.locator("option", has_text="Idemar").get_attribute("value")
    leaver.fill(last_on="2026-11-25").choose("successor", successor or "")
    leaver.press("Announce it").look()
    assert "Your last day is announced." in leaver.main.inner_text()
    leaver.press("Hand it over").look()
    assert "The text is handed over." in leaver.main.inner_text()

    head.sign_in(known.account("e.asamoy"), "/desk").look()
    assert "Announced by the member" in head.main.inner_text()
    head.click(head.main.get_by_role("link", name="Let them speak for it R. Idemar")).look()
    head.press("May speak for the authority").look()

    assert known.clock is not None
    known.clock(timedelta(days=1))
    with leaver.app.app_context():
        assert settle_ended() == 1
    leaver.go("/boards")
    assert leaver.path == "/sign-in"

    heir.sign_in(known.account("r.idemar"), "/threads?view=mine").look()
    heir.follow("Sharing or return").look()
    assert "took this over from" in heir.main.inner_text()
    heir.go("/").look()
    heir.follow("Look at it").look()
    heir.press("Take it up").look()
    assert heir.path == "/threads/new"
    assert heir.main.locator("[name=title]").input_value() == "Who pays for the interpreter?"
