"""How the standing of a member is said at the desk."""

from typing import Final

from flask_babel import lazy_gettext

from forum.directory import words as directory_words
from forum.members.models import Member, MemberStatus
from forum.vetting.models import ApplicationStatus

ROLES: Final = directory_words.ROLES
month: Final = directory_words.month

#: In words, and how it is toned.
_STATUSES: Final = {
    MemberStatus.PENDING: (lazy_gettext("Not activated yet"), "warn"),
    MemberStatus.ACTIVE: (lazy_gettext("In use"), "ok"),
    MemberStatus.SUSPENDED: (lazy_gettext("Suspended"), "bad"),
    MemberStatus.CLOSED: (lazy_gettext("Closed"), ""),
}

#: How far a nomination is, and how that is toned.
STAGES: Final = {
    ApplicationStatus.SENT: (lazy_gettext("Mailbox not proved yet"), ""),
    ApplicationStatus.PROVED: (lazy_gettext("Waits for the Secretariat"), "warn"),
    ApplicationStatus.PROPOSED: (lazy_gettext("Waits for the Secretariat"), "warn"),
    ApplicationStatus.ASKED: (lazy_gettext("The nominee was asked for more"), "warn"),
    ApplicationStatus.ADMITTED: (lazy_gettext("Admitted"), "ok"),
    ApplicationStatus.DECLINED: (lazy_gettext("Declined"), "bad"),
    ApplicationStatus.EXPIRED: (lazy_gettext("Expired"), ""),
    ApplicationStatus.WITHDRAWN: (lazy_gettext("Withdrawn"), ""),
}


def status(member: Member) -> tuple[str, str]:
    """Whether the account can be used, and the tone of the badge that says so."""
    said, tone = _STATUSES[member.status]
    return str(said), tone
