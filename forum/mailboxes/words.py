"""How changes of e-mail are said."""

from typing import Final

from flask_babel import lazy_gettext

from forum.directory.domains import DomainMatch
from forum.mailboxes.models import ChangeStatus

#: How far a change is, and how that is toned.
STATUSES: Final = {
    ChangeStatus.ASKED: (lazy_gettext("New mailbox not proved yet"), ""),
    ChangeStatus.PROVED: (lazy_gettext("Waits for approval"), "warn"),
    ChangeStatus.APPROVED: (lazy_gettext("Approved, can still be stopped"), "ok"),
    ChangeStatus.DONE: (lazy_gettext("Changed"), "ok"),
    ChangeStatus.STOPPED: (lazy_gettext("Stopped"), "bad"),
    ChangeStatus.WITHDRAWN: (lazy_gettext("Withdrawn"), ""),
    ChangeStatus.DECLINED: (lazy_gettext("Declined"), "bad"),
    ChangeStatus.EXPIRED: (lazy_gettext("Expired"), ""),
    ChangeStatus.REPLACED: (lazy_gettext("Replaced by a newer one"), ""),
    ChangeStatus.FAILED: (lazy_gettext("Could not be done"), "bad"),
}

DOMAINS: Final = {
    DomainMatch.SAME: lazy_gettext("A domain that the directory knows of the authority"),
    DomainMatch.SUBDOMAIN: lazy_gettext("Below a domain that the directory knows of the authority"),
    DomainMatch.DIFFERS: lazy_gettext("Outside the domains that the directory knows"),
    DomainMatch.NOTHING_TO_COMPARE: lazy_gettext(
        "The directory knows no mailbox of the authority to compare with"
    ),
}
