"""A real Chromium, the site served to it, and what is checked on every page it sees."""

import os
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Route,
    sync_playwright,
)
from werkzeug.serving import make_server

#: The first that is there is taken: without windows of its own to draw, Chromium is a third quicker.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")
MISSING = (
    "Chromium was not found in PATH: install the package chromium-headless-shell "
    "(`apt-get install chromium-headless-shell`), or chromium, which needs root."
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
DESKTOP = (1280, 800)
PHONE = (390, 844)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
#: Chromium reports every answer from 400 up as an error of the page; a page may well expect one.
_EXPECTED = "Failed to load resource: the server responded with a status of"


#: What makes a page wider than its window; parts that scroll by themselves may be wider inside.
_STICKS_OUT = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll("body *")]
        .filter(node => { const box = node.getBoundingClientRect();
                          return box.right > room + 1 || box.left < -1; })
        .slice(0, 5).map(node => node.outerHTML.slice(0, 120));
}"""


#: Either database gives the same pages: what concerns looks alone is seen to in one run.
IS_FIRST_RUN = os.environ.get("FORUM_TEST_DATABASE", "sqlite") == "sqlite"
_TOKEN = re.compile(r"value=\"[\w.-]{20,}\"|/request-access/\w{32}(?:/prove/[\w-]+)?")
_FOUND_ACCESSIBLE: set[tuple[str, object, str]] = set()


@contextmanager
def running() -> Iterator[Browser]:
    """Start Chromium; one for all tests of a process, since each visit has a context of its own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise RuntimeError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One person at one browser window, and what went wrong in it so far."""

    page: Page
    origin: str
    javascript: bool = True
    scheme: Literal["light", "dark"] = "light"
    complaints: list[str] = field(default_factory=list)
    _twin: Page | None = None

    def go(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def check(self) -> None:
        """Nothing was blocked or fetched from elsewhere, nothing sticks out, no barrier stands."""
        assert not self.complaints, "\n".join(self.complaints)
        wide = self.page.evaluate(_STICKS_OUT)
        assert not wide, f"{self.page.url} is wider than the window: {wide}"
        looks = self._looks()
        if looks in _FOUND_ACCESSIBLE or not IS_FIRST_RUN:
            return
        if self.javascript:
            assert_accessible(self.page)
        else:
            self._check_twin()
        _FOUND_ACCESSIBLE.add(looks)

    def _looks(self) -> tuple[str, object, str]:
        """The same for two pages that differ in nothing but tokens: one check is enough."""
        document = _TOKEN.sub("", self.page.content().replace(self.origin, "")).replace(
            ' class="js"', ""
        )
        return document, repr(self.page.viewport_size), self.scheme

    def _check_twin(self) -> None:
        """Axe is a script: show it the same document in a window where scripts can run."""
        browser = self.page.context.browser
        assert browser is not None
        if self._twin is None:
            context = browser.new_context(
                viewport=self.page.viewport_size, color_scheme=self.scheme
            )
            self._twin = context.new_page()
            self._twin.route("**/*", self._answer_twin)
        self._twin.goto(self.page.url)
        assert_accessible(self._twin)

    def _answer_twin(self, route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(body=self.page.content(), content_type="text/html; charset=utf-8")
        elif route.request.resource_type == "script":
            route.abort()
        else:
            route.continue_()

    def close(self) -> None:
        """Close the window, and the twin's."""
        if self._twin is not None:
            self._twin.context.close()
        self.page.context.close()

    def picture(self, name: str) -> Path:
        """Save what the whole page looks like, for people to look at."""
        path = Path(os.environ.get("FORUM_TEST_PICTURES", "tests/artifacts")) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, full_page=True)
        return path


@contextmanager
def visit(
    browser: Browser,
    origin: str,
    *,
    javascript: bool = True,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    zone: str = "Europe/Vienna",
) -> Iterator[Visit]:
    """Open a window without history; at its end nothing may have been complained about."""
    context = browser.new_context(
        java_script_enabled=javascript,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        timezone_id=zone,
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    found = Visit(context.new_page(), origin, javascript, scheme)
    try:
        _listen(found)
        yield found
        assert not found.complaints, "\n".join(found.complaints)
    finally:
        found.close()


def _listen(found: Visit) -> None:
    host = urlsplit(found.origin).netloc

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_EXPECTED):
            found.complaints.append(f"{found.page.url}: {message.text}")

    def requested(request: Request) -> None:
        if urlsplit(request.url).netloc != host:
            found.complaints.append(f"{found.page.url}: asked for {request.url}")

    def failed(error: Exception) -> None:
        found.complaints.append(f"{found.page.url}: {error}")

    found.page.on("console", heard)
    found.page.on("request", requested)
    found.page.on("pageerror", failed)


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 A or AA that axe-core can find."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": WCAG},
        "resultTypes": ["violations"],
    }
    results = Axe().run(page, options=options)
    found = [
        f"{violation['id']}: {violation['help']}\n"
        + "\n".join(
            f"    {' '.join(map(str, node['target']))}\n        {node['failureSummary']}"
            for node in violation["nodes"]
        )
        for violation in results.response["violations"]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)


def bound_socket() -> socket.socket:
    """A free port of this machine, held so that nobody else takes it."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    held.listen(128)
    return held


@dataclass(frozen=True)
class Site:
    """An application that is being served."""

    origin: str
    app: Flask


@contextmanager
def serving(make_app: Callable[[str], Flask]) -> Iterator[Site]:
    """Serve the application at an address it was told beforehand, in threads of this process."""
    with bound_socket() as held:
        origin = f"http://localhost:{held.getsockname()[1]}"
        app = make_app(origin)
        server = make_server(
            "127.0.0.1", held.getsockname()[1], app, threaded=True, fd=held.fileno()
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield Site(origin, app)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
