"""What the audit log calls an act, in words."""

from typing import Final

from flask_babel import lazy_gettext

_ACTS: Final = {
    "answer:accept": lazy_gettext("Accepted an answer"),
    "answer:unaccept": lazy_gettext("Took an acceptance back"),
    "application:admit": lazy_gettext("Admitted an applicant"),
    "application:assign": lazy_gettext("Assigned an entry to an application"),
    "application:call_back": lazy_gettext("Recorded a call-back"),
    "application:decline": lazy_gettext("Declined an application"),
    "application:expire": lazy_gettext("Application expired"),
    "application:invite": lazy_gettext("Mailed a new activation link"),
    "application:propose": lazy_gettext("Proposed to admit"),
    "application:prove": lazy_gettext("Mailbox proved"),
    "application:send": lazy_gettext("Application sent"),
    "audit:checkpoint": lazy_gettext("Checkpoint of the log"),
    "audit:export": lazy_gettext("Exported the log"),
    "audit:verify": lazy_gettext("Checked the log"),
    "codes:renew": lazy_gettext("Recovery codes renewed"),
    "factor:enrol": lazy_gettext("Second factor set up"),
    "factor:replace": lazy_gettext("Second factor replaced"),
    "link:make": lazy_gettext("One-time link made"),
    "member:activate": lazy_gettext("Account activated"),
    "member:admit": lazy_gettext("Account made"),
    "member:begin": lazy_gettext("Activation begun"),
    "member:lift": lazy_gettext("Limit lifted"),
    "member:limit": lazy_gettext("Limited"),
    "member:restore": lazy_gettext("Suspension over"),
    "page:refuse": lazy_gettext("Refused a page"),
    "password:change": lazy_gettext("Password changed"),
    "password:prove": lazy_gettext("Password typed"),
    "post:create": lazy_gettext("Posted a reply"),
    "post:edit": lazy_gettext("Edited a post"),
    "post:withdraw": lazy_gettext("Withdrew a post"),
    "representation:begin": lazy_gettext("Began to stand for an authority"),
    "representation:end": lazy_gettext("Stands for an authority no more"),
    "session:close": lazy_gettext("Signed out"),
    "session:confirm": lazy_gettext("Confirmed with password and code"),
    "session:end": lazy_gettext("Sessions ended"),
    "session:end_all": lazy_gettext("Sessions ended by a moderator"),
    "session:open": lazy_gettext("Signed in"),
    "thread:open": lazy_gettext("Opened a thread"),
    "vcard:download": lazy_gettext("Downloaded a contact"),
}

_OUTCOMES: Final = {
    "done": lazy_gettext("done"),
    "refused": lazy_gettext("refused"),
    "throttled": lazy_gettext("too many tries"),
    "suspended": lazy_gettext("suspended"),
    "wrong words": lazy_gettext("wrong words"),
    "bad request": lazy_gettext("could not be read"),
    "forbidden": lazy_gettext("not theirs to do"),
    "not found": lazy_gettext("not there for them"),
    "too many": lazy_gettext("too often"),
}


def act_words(action: str) -> str:
    """The act in words; one without words of its own by its name in the log."""
    return str(_ACTS.get(action, action))


def outcome_words(outcome: str) -> str:
    """How it ended, in words."""
    return str(_OUTCOMES.get(outcome, outcome))
