"""How kinds of decisions, their causes and the status of an account are said."""

from typing import Final

from flask_babel import gettext, lazy_gettext

from forum.members.models import Limit, LimitCause, LimitKind, Member, MemberStatus

#: What a moderator can decide, and what comes of it.
KINDS: Final = {
    LimitKind.WARNING: lazy_gettext("Warn"),
    LimitKind.READ_ONLY: lazy_gettext("Restrict to reading"),
    LimitKind.SUSPENDED: lazy_gettext("Suspend"),
    LimitKind.CLOSED: lazy_gettext("Close the account"),
}
NOTES: Final = {
    LimitKind.WARNING: lazy_gettext(
        "Nothing is withheld. The member sees the warning and its reason."
    ),
    LimitKind.READ_ONLY: lazy_gettext(
        "The member can sign in and read, but neither write nor decide."
    ),
    LimitKind.SUSPENDED: lazy_gettext("All sessions end now, and the member cannot sign in."),
    LimitKind.CLOSED: lazy_gettext(
        "All sessions end now, and the member is shown as a former one. Leave the date out."
    ),
}

#: As it reads afterwards.
DECIDED: Final = {
    LimitKind.WARNING: lazy_gettext("Warning"),
    LimitKind.READ_ONLY: lazy_gettext("Reading only"),
    LimitKind.SUSPENDED: lazy_gettext("Suspended"),
    LimitKind.CLOSED: lazy_gettext("Closed"),
}
TONES: Final = {
    LimitKind.WARNING: "warn",
    LimitKind.READ_ONLY: "warn",
    LimitKind.SUSPENDED: "bad",
    LimitKind.CLOSED: "bad",
}

CAUSES: Final = {
    LimitCause.SANCTION: lazy_gettext("Decided by a moderator"),
    LimitCause.ATTESTATION: lazy_gettext("Not confirmed by the authority in time"),
    LimitCause.RECOVERY: lazy_gettext("The second factor was replaced"),
    LimitCause.MAILBOX: lazy_gettext("The mailbox was not proved in time"),
    LimitCause.UNSEEN: lazy_gettext("Not seen for a year"),
}

_STATUSES: Final = {
    MemberStatus.PENDING: (lazy_gettext("Not activated yet"), ""),
    MemberStatus.ACTIVE: (lazy_gettext("In use"), "ok"),
    MemberStatus.SUSPENDED: (lazy_gettext("Suspended"), "bad"),
    MemberStatus.CLOSED: (lazy_gettext("Former member"), ""),
}


def status(member: Member, limits: list[Limit]) -> tuple[str, str]:
    """Whether the account can be used, and the tone of the badge that says so; `limits` are those
    in force."""
    if member.erased_at is not None:
        return gettext("Erased"), ""
    said, tone = _STATUSES[member.status]
    if member.status is MemberStatus.ACTIVE and any(
        limit.kind is LimitKind.READ_ONLY for limit in limits
    ):
        return str(DECIDED[LimitKind.READ_ONLY]), TONES[LimitKind.READ_ONLY]
    return str(said), tone


def done(kind: LimitKind) -> str:
    """What is said when a decision was made."""
    return str(
        {
            LimitKind.WARNING: gettext("The member is warned. A mail is on its way."),
            LimitKind.READ_ONLY: gettext("The member can only read now. A mail is on its way."),
            LimitKind.SUSPENDED: gettext("The member is suspended. A mail is on its way."),
            LimitKind.CLOSED: gettext("The account is closed. A mail is on its way."),
        }[kind]
    )


#: What the log writes before a colon and a number.
_THINGS: Final = {
    "application": lazy_gettext("Application %(number)s"),
    "authority": lazy_gettext("Entry %(number)s"),
    "member": lazy_gettext("Member %(number)s"),
    "naming": lazy_gettext("Note %(number)s"),
    "post": lazy_gettext("Post %(number)s"),
    "recovery": lazy_gettext("Recovery %(number)s"),
    "round": lazy_gettext("Round %(number)s"),
    "session": lazy_gettext("Session %(number)s"),
    "thread": lazy_gettext("Thread %(number)s"),
}

_NAMED: Final = {
    "applications": lazy_gettext("Applications"),
    "boards": lazy_gettext("Boards"),
    "demonstration": lazy_gettext("The demonstration"),
    "drafts": lazy_gettext("Drafts"),
    "exports": lazy_gettext("Copies of own data"),
    "log:entries": lazy_gettext("The audit log"),
    "member:unknown": lazy_gettext("An account that does not exist"),
    "posts": lazy_gettext("Posts"),
    "reference": lazy_gettext("Reference data"),
    "signin": lazy_gettext("Second factors and links"),
}


def thing(named: str) -> str:
    """What an act was done to, one thing or several; what has no words stays as the log names it."""
    said = [_one_thing(part) for part in named.split(" ")]
    return ", ".join(said) if all(said) else named


def _one_thing(named: str) -> str:
    if named in _NAMED:
        return str(_NAMED[named])
    kind, _, number = named.partition(":")
    if kind not in _THINGS or not number.isdecimal():
        return ""
    said: str = str(_THINGS[kind]) % {"number": number}
    return said
