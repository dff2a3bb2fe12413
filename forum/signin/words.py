"""How devices, and what happened to an account, are said."""

from typing import Final

from flask_babel import gettext, lazy_gettext

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
    ("session:close", "done", ""): lazy_gettext("Signed out"),
    ("session:end", "done", ""): lazy_gettext("Sessions were ended"),
    ("member:activate", "done", ""): lazy_gettext("The account was taken into use"),
    ("password:change", "done", ""): lazy_gettext("The password was changed"),
    ("factor:begin", "done", ""): lazy_gettext("Another authenticator app was begun"),
    ("factor:replace", "done", ""): lazy_gettext("The authenticator app was replaced"),
    ("factor:replace", "refused", ""): lazy_gettext("A wrong code was typed for another app"),
    ("factor:replace", "throttled", ""): lazy_gettext(
        "A code for another app was not looked at, after too many failures"
    ),
    ("codes:renew", "done", ""): lazy_gettext("Recovery codes were renewed"),
}


def device_words(device: Device) -> str:
    """A device as people know it: "Firefox on Linux"."""
    browser = device.browser or gettext("Unknown browser")
    if not device.system:
        return str(browser)
    return str(gettext("%(browser)s on %(system)s", browser=browser, system=device.system))
