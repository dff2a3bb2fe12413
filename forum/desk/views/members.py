"""Who stands for the authorities that the reader answers for."""

from flask import render_template

from forum.core import clock
from forum.desk import queries, words
from forum.desk.views.pages import pages
from forum.policy import Permission
from forum.web.access import current_actor, requires


@pages.get("/desk", strict_slashes=False)
@requires(Permission.DESK_READ)
def members() -> str:
    """The members, authority by authority."""
    today = clock.now().date()
    return render_template(
        "desk/members.html",
        offices=queries.offices_for(current_actor(), today),
        roles=words.ROLES,
        status=words.status,
        month=words.month,
        today=today,
    )
