"""Somebody left: a focal point ends the access at the desk."""

from collections.abc import Callable

import pytest

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
