"""The demonstration in a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from forum.app import create_app
from tests import factories
from tests.browser.people import Person
from tests.conftest import close
from tests.support import browser as chromium
from tests.support.demonstration import Demonstration


@pytest.fixture
def demo_site(demonstration: Demonstration) -> Iterator[chromium.Site]:
    """The demonstration, served at `demo_site.origin`."""
    settings = demonstration.settings
    with chromium.serving(lambda origin: create_app(replace(settings, base_url=origin))) as found:
        factories.use(found.app)
        yield found
    close(found.app)


@pytest.fixture
def person(
    _chromium: Any, demo_site: chromium.Site, demonstration: Demonstration
) -> Iterator[Callable[..., Person]]:
    """Somebody at a window of their own: `person()`, `person(javascript=False, size=PHONE)`."""
    with ExitStack() as opened:

        def open_window(**how: Any) -> Person:
            visit = opened.enter_context(chromium.visit(_chromium, demo_site.origin, **how))
            return Person(visit, demonstration, demo_site.app)

        yield open_window
