"""Twice a year: a focal point keeps one member and removes another, the Secretariat confirms."""

from collections.abc import Callable

import pytest

from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_members_are_kept_and_removed_with_one_press_each(
    person: Callable[..., Person], window: str
) -> None:
    focal = person(**WINDOWS[window])
    focal.sign_in(focal.demonstration.account("l.orbezo"))
    focal.follow("members you answer for wait to be confirmed").look()
    assert focal.heading == "Confirm members"
    focal.press("Keep").look()
    assert "Confirmed." in focal.main.inner_text()
    focal.press("Remove").look()
    assert "all sessions ended now" in focal.main.inner_text()
    focal.press("Keep").look()
    assert "Nobody waits to be confirmed" in focal.main.inner_text()
    focal.sign_out()
    moderator = focal
    moderator.sign_in(moderator.demonstration.account("i.karvell"), "/moderation/attestation")
    moderator.look()
    moderator.click(moderator.main.locator("tbody a").first).look()
    moderator.click(moderator.main.locator("tbody a").first).look()
    assert moderator.heading == "Confirm a member"
    moderator.press("Record").look()
    assert moderator.page.title().startswith("Error:")
    moderator.fill(how="Called the ministry at +000 555 0143.").press("Record").look()
    assert "It is recorded." in moderator.main.inner_text()
