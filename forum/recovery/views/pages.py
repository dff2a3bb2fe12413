"""What the pages of a lost second factor hang on, and how all of them answer."""

from typing import Final, cast

from flask import Blueprint, Response, make_response, redirect, render_template, request, session

from forum.core.services import services
from forum.web.access import current_actor
from forum.web.forms import BaseForm
from forum.web.session import BrowserSession
from forum.web.templating import zone_label

pages: Final = Blueprint("recovery", __name__)


def page(template: str, form: BaseForm, **facts: object) -> Response:
    """The page of a form; as it came back, if it was sent."""
    status = 422 if request.method == "POST" else 200
    return make_response(render_template(template, form=form, **facts), status)


def unlisted(template: str, **facts: object) -> Response:
    """A page that only its address protects: no index may list it."""
    answer = make_response(
        render_template(
            template,
            secretariat_email=services().settings.secretariat_email,
            zone=zone_label(current_actor().zone),
            **facts,
        )
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def link_is_over() -> Response:
    """The same for a link that never was, was used, was replaced, or is too old."""
    return make_response(render_template("recovery/link_is_over.html"), 404)


def to(address: str) -> Response:
    """On to another page, after something was done."""
    return make_response(redirect(address, 303))


def this_browser() -> BrowserSession:
    """What the server keeps of the browser at hand."""
    return cast(BrowserSession, session)
