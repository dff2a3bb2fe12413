"""An applicant at work, for the tests of vetting."""

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.pages import Page, visit

DETAILS = {
    "name": "Ama Dzifanu",
    "post": "Senior State Attorney",
    "email": "a.dzifanu@justice.qm.example",
    "languages": ["en", "fr"],
    "reason": "I answer requests for evidence.",
}
Outbox = Callable[..., list[Any]]


def details_page(client: FlaskClient, state: str, authority: int | str) -> Page:
    """The third page, reached as a person does."""
    page = visit(client, "/request-access").fill(state=state).send()
    return page.fill(authority=authority).send()


def applied(
    client: FlaskClient, state: str, authority: int | str, *, follow: bool = True, **more: Any
) -> Page:
    """The page after an application was sent."""
    return details_page(client, state, authority).fill(**{**DETAILS, **more}).send(follow=follow)


def mailed_link(outbox: Outbox, recipient: str = DETAILS["email"]) -> str:  # type: ignore[assignment]
    """The path of the newest link that proves this mailbox."""
    text = outbox(recipient)[-1].text
    found = re.search(r"https?://[^/\s]+(/request-access/\S+/prove/\S+)", text)
    assert found, text
    return found[1]
