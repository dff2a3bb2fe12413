"""Pages of home."""

from typing import Final

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext

from forum.core.errors import Invalid
from forum.core.typed import local_path
from forum.home import queries
from forum.home.forms import HouseRulesForm
from forum.home.today import today_for
from forum.members import house_rules as rules
from forum.members.operations import accept_rules
from forum.members.queries import rules_accepted_by
from forum.web.access import current_actor, form_page, partly_public, public
from forum.web.limits import PRESSING
from forum.web.templating import choose_language

pages = Blueprint("home", __name__)

_TEXT: Final = "text/plain; charset=utf-8"


@pages.get("/")
@partly_public
def today() -> str:
    """What needs the reader; for visitors, what this is."""
    actor = current_actor()
    if actor.is_anonymous:
        return render_template("home/landing.html")
    if not actor.is_member:
        return render_template(
            "home/no_authority.html", secretariat_email=queries.secretariat_email()
        )
    return render_template("home/today.html", today=today_for(actor))


@pages.post("/language")
@public
@PRESSING
def language() -> Response:
    """Remember the language chosen, and go back to the page it was chosen on."""
    back = local_path(request.form.get("next")) or url_for("home.today")
    response = make_response(redirect(back, 303))
    if not choose_language(response, request.form.get("lang", "")):
        raise Invalid("lang", gettext("Choose one of the languages at the foot of the page."))
    return response


@pages.get("/about")
@public
def about() -> str:
    """What this is and who runs it."""
    return render_template("home/about.html")


@pages.get("/handling")
@public
def handling() -> str:
    """What may be written here, and what may be done with it."""
    return render_template("home/handling.html")


@pages.route("/house-rules", methods=["GET", "POST"])
@public
@form_page()
@PRESSING
def house_rules() -> Response:
    """How members behave; whoever has yet to accept the version in force does so here, and goes on."""
    actor, in_force = current_actor(), rules.in_force()
    form = HouseRulesForm(data={"version": in_force.isoformat()})
    if form.validate_on_submit():
        if actor.is_anonymous:
            return make_response(redirect(url_for("signin.password", next=request.path), 303))
        if form.is_of(in_force):
            accept_rules(actor, in_force)
            flash(gettext("You accepted the house rules."), "ok")
            there = local_path(request.args.get("next")) or url_for(".today")
            return make_response(redirect(there, 303))
    changes = rules.changes_since(rules_accepted_by(actor.id)) if actor.owes_rules else []
    page = render_template(
        "home/house_rules.html",
        form=form,
        in_force=in_force,
        changes=[gettext(change) for change in changes],
    )
    return make_response(page, 422 if request.method == "POST" else 200)


@pages.get("/privacy")
@public
def privacy() -> str:
    """What is kept about whom."""
    return render_template("home/privacy.html")


@pages.get("/accessibility")
@public
def accessibility() -> str:
    """For whom the pages are built, and what is missing."""
    return render_template("home/accessibility.html")


@pages.get("/healthz")
@public
def healthz() -> Response:
    """This process answers; it says nothing of the database."""
    return Response("ok\n", content_type=_TEXT)


@pages.get("/readyz")
@public
def readyz() -> Response:
    """The database can be reached and has the tables this version wants; 503 otherwise."""
    if queries.is_ready():
        return Response("ready\n", content_type=_TEXT)
    return Response("not ready\n", 503, content_type=_TEXT)


@pages.get("/.well-known/security.txt")
@public
def security_txt() -> Response:
    """Where to report a weakness (RFC 9116)."""
    return Response(queries.security_txt(), content_type=_TEXT)
