"""What the pages of the desk hang on."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext

from forum.core.errors import Conflict, Invalid
from forum.web.forms import BaseForm

Page = Response | tuple[str, int]

pages: Final = Blueprint("desk", __name__)


def done_about_a_member(
    form: BaseForm, act: Callable[[], object], said: str, template: str, **facts: object
) -> Page:
    """What comes of a form about one member: the members again with what was `said`, or the form's
    page with all that was typed and why it could not be done."""
    problem, status = "", 200
    if form.validate_on_submit():
        try:
            act()
        except Invalid as error:
            form.refuse(error)
            status = 422
        except Conflict as error:
            problem, status = gettext(str(error)), 409
        else:
            flash(said, "ok")
            return make_response(redirect(url_for(".members"), 303))
    elif form.is_submitted():
        status = 422
    has_errors = bool(problem or form.errors)
    page = render_template(template, form=form, problem=problem, has_errors=has_errors, **facts)
    return page, status
