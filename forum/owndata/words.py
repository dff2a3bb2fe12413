"""How far an erasure is, in words."""

from flask_babel import gettext

from forum.owndata.models import Erasure


def state_words(erasure: Erasure) -> tuple[str, str]:
    """How far it is, and the tone of the badge that says so."""
    if erasure.second_at is not None:
        return gettext("Erased"), "ok"
    if erasure.withdrawn_at is not None:
        return gettext("Withdrawn"), ""
    if erasure.refused_at is not None:
        return gettext("Refused"), "bad"
    if erasure.first_at is not None:
        return gettext("Waits for the second approval"), "warn"
    return gettext("Waits for two approvals"), "warn"
