"""Every page that links lead to is whole in the browser: no barrier, nothing blocked, nothing that sticks out."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.people import Person
from tests.support.browser import DESKTOP, PHONE
from tests.support.crawl import pages

pytestmark = [pytest.mark.browser, pytest.mark.soak]

LOOKS: dict[str, dict[str, Any]] = {
    "desk, light": {"size": DESKTOP, "scheme": "light"},
    "phone, dark, without scripts": {"size": PHONE, "scheme": "dark", "javascript": False},
    "phone, light, right to left": {"size": PHONE, "scheme": "light"},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("who", [None, "c.desmarny", "l.orbezo", "p.gremvald", "i.karvell"])
def test_every_page_is_whole_in_the_browser(
    person: Callable[..., Person], who: str | None, look: str
) -> None:
    walker = person(**LOOKS[look])
    if who is None:
        walker.go("/")
    else:
        walker.sign_in(walker.demonstration.account(who))
    if "right to left" in look:
        walker.press("العربية", within="footer")
        assert walker.page.locator("html").get_attribute("dir") == "rtl"
    client = walker.app.test_client()
    for cookie in walker.page.context.cookies():
        client.set_cookie(str(cookie["name"]), str(cookie["value"]))

    paths = [page.path for page in pages(client, of_a_kind=1) if page.path.startswith("/")]
    for path in paths:
        walker.go(path).look()

    assert len(paths) > (10 if who is None else 25)
