"""What the pages of signing in hang on, and how all of them answer."""

from typing import Final, cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, session

from forum.core.services import services
from forum.signin import operations
from forum.signin.operations import Client
from forum.web import cookies
from forum.web.forms import BaseForm
from forum.web.session import BrowserSession, number_of_session

pages: Final = Blueprint("signin", __name__)

#: The cookie by which a browser is known.
DEVICE: Final = "device"


def page(template: str, form: BaseForm, **facts: object) -> Response:
    """The page of a form; as it came back, if it was sent."""
    status = 422 if request.method == "POST" else 200
    return make_response(render_template(template, form=form, **facts), status)


def to(address: str) -> Response:
    """On to another page, after something was done."""
    return make_response(redirect(address, 303))


def this_browser() -> BrowserSession:
    """What the server keeps of the browser at hand."""
    return cast(BrowserSession, session)


def here() -> int:
    """The number of the session at hand, which a door that asks for a member has seen."""
    return number_of_session()


def host_of_site() -> str:
    """What the address bar must say."""
    return urlsplit(services().settings.base_url).netloc


def client() -> Client:
    """The browser at hand, as far as it says who it is."""
    return Client(
        address=request.remote_addr or "",
        device=cookies.read(request, DEVICE),
        agent=request.user_agent.string,
    )


def known_browser() -> str | None:
    """The name of the browser at hand, if a member signed in with it before."""
    return operations.known_browser(client().device)
