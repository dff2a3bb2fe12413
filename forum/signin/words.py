"""How devices, and what happened to an account, are said."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import gettext, lazy_gettext

from forum.signin.ceremonies import Why
from forum.signin.devices import Device

#: By action, outcome and, for a sign-in, the second factor. What is not listed here is no security
#: event of one's own account.
EVENTS: Final = {
    ("password:prove", "done", ""): lazy_gettext("Your password was typed, but no code followed"),
    ("password:prove", "refused", ""): lazy_gettext("A wrong password was typed"),
    ("password:prove", "throttled", ""): lazy_gettext(
        "A password was not looked at, after too many failures"
    ),
    ("session:open", "done", "app"): lazy_gettext("Signed in with password and code"),
    ("session:open", "done", "recovery code"): lazy_gettext("Signed in with a recovery code"),
    ("session:open", "done", "passkey"): lazy_gettext("Signed in with a passkey"),
    ("session:open", "refused", "passkey"): lazy_gettext("A passkey was not accepted"),
    ("session:open", "passkey needed", "app"): lazy_gettext(
        "Right password, but the account opens by a passkey; the code was not looked at"
    ),
    ("session:open", "passkey needed", "recovery code"): lazy_gettext(
        "Right password, but the account opens by a passkey; the recovery code was not looked at"
    ),
    ("session:open", "passkey needed", "passkey"): lazy_gettext(
        "A passkey that did not ask who was using it was not accepted"
    ),
    ("session:open", "refused", "app"): lazy_gettext("Right password, wrong code"),
    ("session:open", "refused", "recovery code"): lazy_gettext(
        "Right password, wrong recovery code"
    ),
    ("session:open", "throttled", "app"): lazy_gettext(
        "Right password; the code was not looked at, after too many failures"
    ),
    ("session:open", "throttled", "recovery code"): lazy_gettext(
        "Right password; the recovery code was not looked at, after too many failures"
    ),
    ("session:confirm", "done", ""): lazy_gettext("Confirmed with password and code"),
    ("session:confirm", "refused", ""): lazy_gettext("A confirmation failed in an open session"),
    ("session:confirm", "throttled", ""): lazy_gettext(
        "A confirmation was not looked at, after too many failures"
    ),
    ("session:confirm", "done", "passkey"): lazy_gettext("Confirmed with a passkey"),
    ("session:confirm", "refused", "passkey"): lazy_gettext(
        "A passkey was not accepted in an open session"
    ),
    ("session:confirm", "passkey needed", ""): lazy_gettext(
        "A confirmation failed: the account takes a passkey alone"
    ),
    ("passkey:add", "done", ""): lazy_gettext("A passkey was added"),
    ("passkey:add", "refused", ""): lazy_gettext("A new passkey was not accepted"),
    ("passkey:rename", "done", ""): lazy_gettext("A passkey was given another name"),
    ("passkey:remove", "done", ""): lazy_gettext("A passkey was removed"),
    ("passkey:suspect", "done", ""): lazy_gettext("A passkey may have been copied"),
    ("session:close", "done", ""): lazy_gettext("Signed out"),
    ("session:end", "done", ""): lazy_gettext("Sessions were ended"),
    ("device:admit", "done", ""): lazy_gettext("A browser was let in by a mailed link"),
    ("password:prove", "link needed", ""): lazy_gettext(
        "A browser that is not known tried to sign in and was told to wait for a mailed link"
    ),
    ("account:alarm", "done", ""): lazy_gettext(
        "You said that it was not you; all sessions were ended"
    ),
    ("member:activate", "done", ""): lazy_gettext("The account was taken into use"),
    ("password:change", "done", ""): lazy_gettext("The password was changed"),
    ("reset:send", "done", ""): lazy_gettext("A link to a new password was mailed"),
    ("password:reset", "done", "app"): lazy_gettext(
        "The password was replaced by a mailed link and a code"
    ),
    ("password:reset", "done", "recovery code"): lazy_gettext(
        "The password was replaced by a mailed link and a recovery code"
    ),
    ("password:reset", "done", "recovery"): lazy_gettext(
        "The password was replaced with a lost second factor"
    ),
    ("password:reset", "refused", ""): lazy_gettext("A wrong code was typed for a new password"),
    ("password:reset", "throttled", ""): lazy_gettext(
        "A code for a new password was not looked at, after too many failures"
    ),
    ("factor:begin", "done", ""): lazy_gettext("Another authenticator app was begun"),
    ("factor:replace", "done", ""): lazy_gettext("The authenticator app was replaced"),
    ("factor:replace", "done", "recovery"): lazy_gettext(
        "The lost second factor was replaced by a new authenticator app"
    ),
    ("factor:replace", "refused", ""): lazy_gettext("A wrong code was typed for another app"),
    ("factor:replace", "throttled", ""): lazy_gettext(
        "A code for another app was not looked at, after too many failures"
    ),
    ("codes:renew", "done", ""): lazy_gettext("Recovery codes were renewed"),
    ("mailbox:ask", "done", ""): lazy_gettext("Another e-mail address was asked for"),
    ("mailbox:prove", "done", ""): lazy_gettext("The new mailbox was proved"),
    ("mailbox:renew", "done", ""): lazy_gettext("The mailbox was proved again"),
    ("mailbox:withdraw", "done", ""): lazy_gettext("The change of e-mail was given up"),
    ("mailbox:stop", "done", ""): lazy_gettext("The change of e-mail was stopped"),
    ("mailbox:change", "done", ""): lazy_gettext("The e-mail address was changed"),
    ("mailbox:change", "refused", ""): lazy_gettext("The e-mail address could not be changed"),
    ("recovery:send", "done", ""): lazy_gettext(
        "A link to the replacement of a lost second factor was mailed"
    ),
    ("recovery:begin", "done", ""): lazy_gettext("A new second factor was asked for"),
    ("enrolment:begin", "done", ""): lazy_gettext("The password was typed for a new second factor"),
    ("enrolment:begin", "refused", ""): lazy_gettext(
        "A wrong password was typed for a new second factor"
    ),
    ("enrolment:begin", "throttled", ""): lazy_gettext(
        "A password for a new second factor was not looked at, after too many failures"
    ),
}

#: Why a passkey was not accepted. The same whether it is nobody's, was removed, or belongs to
#: another account or to one that is closed.
DECLINED: Final = {
    Why.STALE: lazy_gettext(
        "That took longer than five minutes, or was sent twice. Press the button once more."
    ),
    Why.UNKNOWN: lazy_gettext(
        "This passkey opens nothing here. It may have been removed, or belong to another account."
    ),
    Why.WRONG: lazy_gettext(
        "This passkey was not accepted. Check that the address bar says %(host)s, and try again."
    ),
    Why.UNVERIFIED: lazy_gettext(
        "This passkey did not ask who is using it. Set a PIN on it, or use one that asks for a"
        " PIN, a finger or a face."
    ),
    Why.COPY: lazy_gettext(
        "This passkey was used less often than its own count says, as a copy of it would be. It"
        " was not accepted, and its owner is told by mail."
    ),
    Why.ALREADY: lazy_gettext("This passkey was added before."),
}


def device_words(device: Device) -> str:
    """A device as people know it: "Firefox on Linux"."""
    browser = device.browser or gettext("Unknown browser")
    if not device.system:
        return str(browser)
    return str(gettext("%(browser)s on %(system)s", browser=browser, system=device.system))


def moment_words(at: datetime, zone: str) -> str:
    """A moment for a mail: in the reader's zone, with its name. Mail is English so far."""
    there = format_datetime(at, "d MMM y, HH:mm", tzinfo=ZoneInfo(zone), locale="en")
    return f"{there} ({zone})"
