"""A focal point brings a colleague in: nomination, mailbox, one moderator."""

from collections.abc import Callable

import pytest

from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person, link_in

pytestmark = pytest.mark.browser

NOMINEE = "b.ostermann@federal-justice.qt.example"


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_nominee_is_admitted_by_one_moderator(person: Callable[..., Person], window: str) -> None:
    focal, nominee = person(**WINDOWS[window]), person(**WINDOWS[window])
    focal.sign_in(focal.demonstration.account("p.gremvald"), "/desk").look()
    focal.follow("Nominations").look().follow("Nominate an officer").look()
    focal.press("Nominate").look()
    assert focal.page.title().startswith("Error:")
    focal.main.locator("select[name=authority]").select_option(index=1)
    focal.fill(name="B. Ostermann", post="Staatsanwalt", email=NOMINEE)
    focal.tick("languages", "de").press("Nominate").look()
    assert "Mailbox not proved yet" in focal.main.inner_text()

    nominee.go(link_in(nominee.mail(NOMINEE)[-1])).look().press("This is my mailbox").look()
    assert "A member of the Secretariat decides" in nominee.main.inner_text()

    moderator = person(**WINDOWS[window])
    moderator.sign_in(moderator.demonstration.account("i.karvell"), "/moderation/queue").look()
    row = moderator.main.locator("tr", has_text="B. Ostermann")
    moderator.click(row.get_by_role("link").first).look().press("Admit").look()
    assert "is admitted" in moderator.main.inner_text()
    moderator.go("/moderation/focal-points").look().go("/moderation/objections").look()
    focal.go("/desk").look()
    assert "B. Ostermann" in focal.main.inner_text()
