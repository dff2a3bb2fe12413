"""The demonstration network: who is in it, and how they sign in."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from forum.core.settings import Settings
from tests.support import totp

#: One code is good for one sign-in, so everybody waits for the next one first.
NEXT_CODE = timedelta(seconds=30)


@dataclass(frozen=True)
class Account:
    """One member, with all that it takes to sign in."""

    email: str
    password: str
    totp_secret: str
    role: str
    authority: str
    state: str | None


@dataclass(frozen=True)
class Demonstration:
    """Settings of a site that holds the demonstration, and its accounts."""

    settings: Settings
    accounts: tuple[Account, ...]
    clock: Callable[[timedelta], datetime] | None = None

    @classmethod
    def read(cls, settings: Settings) -> Self:
        rows = json.loads((settings.data_dir / "demo-accounts.json").read_text(encoding="utf-8"))
        names = Account.__dataclass_fields__
        accounts = (Account(**{name: row[name] for name in names}) for row in rows)
        return cls(settings, tuple(accounts))

    def moved_to(
        self, folder: Path, database_url: str, at: Callable[[timedelta], datetime]
    ) -> "Demonstration":
        """The same members on a copy of the site, with a clock that moves when told to."""
        settings = replace(self.settings, data_dir=folder, database_url=database_url)
        return Demonstration(settings, self.accounts, at)

    def account(self, who: str) -> Account:
        """The one whose address begins so: `account("j.almodares")`."""
        (found,) = [account for account in self.accounts if account.email.startswith(who + "@")]
        return found

    def code(self, secret: str) -> str:
        """What an authenticator app shows next for a secret; time moves on to that moment."""
        assert self.clock is not None
        return totp.code(secret, self.clock(NEXT_CODE))
