"""Pages of the desk."""

from flask import Blueprint, render_template

from forum.core import clock
from forum.desk import queries, words
from forum.policy import Permission
from forum.web.access import current_actor, requires

pages = Blueprint("desk", __name__)


@pages.get("/desk", strict_slashes=False)
@requires(Permission.DESK_READ)
def members() -> str:
    """Who stands for the authorities that the reader answers for."""
    today = clock.now().date()
    return render_template(
        "desk/members.html",
        offices=queries.offices_for(current_actor(), today),
        roles=words.ROLES,
        status=words.status,
        month=words.month,
        today=today,
    )
