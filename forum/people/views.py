"""Pages of people."""

from flask import Blueprint, render_template

from forum.core import clock
from forum.people.profile import profile_for
from forum.policy import Permission
from forum.web.access import current_actor, requires

pages = Blueprint("people", __name__)


@pages.get("/members/<int:member_id>")
@requires(Permission.MEMBER_READ)
def member(member_id: int) -> str:
    """Who a member is, for whom the member stands, and what time it is there."""
    profile = profile_for(current_actor(), member_id, clock.now())
    return render_template("people/member.html", profile=profile)
