"""What the audit log calls an act, in words."""

from typing import Final

from flask_babel import lazy_gettext

ACTS: Final = {
    "account:alarm": lazy_gettext("Said of a security event: this was not me"),
    "answer:accept": lazy_gettext("Accepted an answer"),
    "answer:unaccept": lazy_gettext("Took an acceptance back"),
    "application:admit": lazy_gettext("Admitted an applicant"),
    "application:answer": lazy_gettext("Answered what was asked"),
    "application:ask": lazy_gettext("Was asked whether an applicant is known"),
    "application:ask_applicant": lazy_gettext("Asked the applicant for more"),
    "application:assign": lazy_gettext("Assigned an entry to an application"),
    "application:call_back": lazy_gettext("Recorded a call-back"),
    "application:decline": lazy_gettext("Declined an application"),
    "application:expire": lazy_gettext("Application expired"),
    "application:invite": lazy_gettext("Mailed a new activation link"),
    "application:mail": lazy_gettext("Asked for the mail again"),
    "application:nominate": lazy_gettext("Nominated an officer"),
    "application:propose": lazy_gettext("Proposed to admit"),
    "application:prove": lazy_gettext("Mailbox proved"),
    "application:send": lazy_gettext("Application sent"),
    "application:vouch": lazy_gettext("Said whether an applicant is known"),
    "application:withdraw": lazy_gettext("Withdrew an application"),
    "authority:create": lazy_gettext("Entry made"),
    "codes:renew": lazy_gettext("Recovery codes renewed"),
    "device:admit": lazy_gettext("Let a new browser in by a mailed link"),
    "draft:keep": lazy_gettext("Kept what was typed when a session ended"),
    "factor:begin": lazy_gettext("New second factor begun"),
    "factor:enrol": lazy_gettext("Second factor set up"),
    "factor:replace": lazy_gettext("Second factor replaced"),
    "focal_point:confirm": lazy_gettext("Confirmed a focal point"),
    "focal_point:end": lazy_gettext("Ended a focal point"),
    "focal_point:invite": lazy_gettext("Mailed a focal point a new link"),
    "focal_point:refuse": lazy_gettext("Refused a note"),
    "focal_point:register": lazy_gettext("Registered a note"),
    "link:make": lazy_gettext("One-time link made"),
    "log:check": lazy_gettext("Checked the audit log"),
    "log:checkpoint": lazy_gettext("Made a checkpoint of the audit log"),
    "log:export": lazy_gettext("Exported the audit log"),
    "log:read": lazy_gettext("Opened the audit log"),
    "mailbox:approve": lazy_gettext("Approved a change of e-mail"),
    "mailbox:ask": lazy_gettext("Asked for a change of e-mail"),
    "mailbox:change": lazy_gettext("E-mail changed"),
    "mailbox:decline": lazy_gettext("Declined a change of e-mail"),
    "mailbox:expire": lazy_gettext("Change of e-mail expired"),
    "mailbox:propose": lazy_gettext("Approved a change of e-mail as the first of two"),
    "mailbox:prove": lazy_gettext("New mailbox proved"),
    "mailbox:replace": lazy_gettext("Change of e-mail replaced by a newer one"),
    "mailbox:stop": lazy_gettext("Change of e-mail stopped from the old mailbox"),
    "mailbox:withdraw": lazy_gettext("Withdrew a change of e-mail"),
    "member:activate": lazy_gettext("Account activated"),
    "member:admit": lazy_gettext("Account made"),
    "member:begin": lazy_gettext("Activation begun"),
    "member:lift": lazy_gettext("Limit lifted"),
    "member:limit": lazy_gettext("Limited"),
    "member:move": lazy_gettext("Has another mailbox"),
    "member:object": lazy_gettext("Objected to an admission"),
    "member:restore": lazy_gettext("Suspension over"),
    "objection:settle": lazy_gettext("Settled an objection"),
    "page:refuse": lazy_gettext("Refused a page"),
    "password:change": lazy_gettext("Password changed"),
    "password:prove": lazy_gettext("Password typed"),
    "password:reset": lazy_gettext("Password replaced after a mailed link"),
    "post:create": lazy_gettext("Posted a reply"),
    "post:edit": lazy_gettext("Edited a post"),
    "post:withdraw": lazy_gettext("Withdrew a post"),
    "representation:begin": lazy_gettext("Began to stand for an authority"),
    "representation:end": lazy_gettext("Stands for an authority no more"),
    "representation:lapse": lazy_gettext("Last day for an authority was over"),
    "reset:ask": lazy_gettext("Asked for a new password"),
    "reset:send": lazy_gettext("Mailed a link to a new password"),
    "rules:accept": lazy_gettext("Accepted the house rules"),
    "session:close": lazy_gettext("Signed out"),
    "session:confirm": lazy_gettext("Confirmed with password and code"),
    "session:end": lazy_gettext("Sessions ended"),
    "session:end_all": lazy_gettext("Sessions ended by a moderator"),
    "session:open": lazy_gettext("Signed in"),
    "thread:hand_over": lazy_gettext("Thread passed to a successor"),
    "thread:open": lazy_gettext("Opened a thread"),
    "vcard:download": lazy_gettext("Downloaded a contact"),
}

OUTCOMES: Final = {
    "done": lazy_gettext("done"),
    "broken": lazy_gettext("broken"),
    "link needed": lazy_gettext("told to wait for a mailed link"),
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
    return str(ACTS.get(action, action))


def outcome_words(outcome: str) -> str:
    """How it ended, in words."""
    return str(OUTCOMES.get(outcome, outcome))
