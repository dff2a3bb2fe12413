"""What was decided about oneself."""

from flask import render_template

from forum.core import clock
from forum.core.services import services
from forum.members.queries import all_limits_of
from forum.moderation import words
from forum.moderation.views.pages import pages
from forum.policy import Permission
from forum.web.access import current_actor, requires


@pages.get("/settings/limits")
@requires(Permission.ACCOUNT_USE)
def own() -> str:
    """Warnings and limits, with their reasons; also those that are over."""
    return render_template(
        "moderation/own.html",
        limits=all_limits_of(current_actor().id or 0),
        now=clock.now(),
        words=words,
        secretariat_email=services().settings.secretariat_email,
    )
