"""Saying how the demonstration's members sign in; there is nothing of it in production."""

import os
import sys
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any, Final

import pyotp
import segno

from forum.core import clock
from forum.core.errors import Conflict
from forum.core.services import services
from forum.core.settings import Environment
from forum.demo.accounts import Account, accounts
from forum.policy import Role
from forum.signin.totp import grouped, provisioning_uri

_LISTED: Final = ("email", "password", "totp_secret", "role", "authority", "state")


def listed() -> list[dict[str, Any]]:
    """All accounts, as programs read them."""
    return [{name: asdict(account)[name] for name in _LISTED} for account in _all()]


def explained() -> str:
    """How to sign in as an officer and as a moderator, and where the other accounts are."""
    found = _all()
    settings, forum = services().settings, _command()
    parts = [f"Sign in at {settings.link('/sign-in')} with address, password and a code:"]
    for role in (Role.OFFICER, Role.MODERATOR):
        account = next(account for account in found if account.role is role)
        parts.append(_lines(role, account))
    officer = next(account for account in found if account.role is Role.OFFICER)
    parts.append(
        f"Without an app at hand, a code of this moment:  {forum} code {officer.email}\n"
        f"To scan the secret with an app:                 {forum} code --qr {officer.email}\n"
        f"All {len(found)} accounts:                                {forum} demo-accounts --json"
    )
    return "\n\n".join(parts)


def code_of(email: str) -> str:
    """The code of this moment."""
    return pyotp.TOTP(_with(email).totp_secret).at(clock.now())


def drawn(email: str) -> str:
    """The secret as a QR code made of characters."""
    lines = StringIO()
    segno.make(_uri(_with(email)), error="m", micro=False).terminal(lines, compact=True)
    return lines.getvalue()


def _lines(role: Role, account: Account) -> str:
    whose = f", {account.state}" if account.state else ""
    return (
        f"  {role.value.capitalize()} ({account.authority}{whose})\n"
        f"    address   {account.email}\n"
        f"    password  {account.password}\n"
        f"    secret    {grouped(account.totp_secret)}\n"
        f"    as link   {_uri(account)}"
    )


def _uri(account: Account) -> str:
    return provisioning_uri(account.totp_secret, account.email, services().settings.site_name)


def _with(email: str) -> Account:
    found = next((account for account in _all() if account.email == email.strip().lower()), None)
    if found is None:
        raise Conflict("No member of the demonstration has this address.")
    return found


def _all() -> list[Account]:
    if services().settings.env is Environment.PRODUCTION:
        raise Conflict("There are no demonstration accounts in production.")
    found = accounts()
    if not found:
        raise Conflict("There are no demonstration accounts yet: run forum seed-demo first.")
    return found


def _command() -> str:
    """How this site's command is called, with what of the environment it needs again."""
    names = [name for name in ("FORUM_ENV", "FORUM_DATA_DIR") if name in os.environ]
    beside = Path(sys.executable).with_name("forum")
    try:
        program = str(beside.relative_to(Path.cwd()))
    except ValueError:
        program = str(beside)
    return " ".join([*(f"{name}={os.environ[name]}" for name in names), program])
