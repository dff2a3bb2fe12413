"""How the demonstration's members sign in: a file of this site, for its owner's eyes."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from forum.core.secrets import spoken_words
from forum.core.services import services
from forum.demo.files import Row, network
from forum.policy import Role
from forum.signin.passwords import refusal
from forum.signin.totp import new_secret

_WORDS_IN_A_PASSWORD: Final = 5


@dataclass(frozen=True)
class Account:
    """One member of the demonstration, with all that it takes to sign in."""

    email: str
    password: str
    totp_secret: str
    role: Role
    authority: str
    state: str | None
    recovery_codes: tuple[str, ...] = ()


def path() -> Path:
    """Where the file of this site is."""
    return services().settings.data_dir / "demo-accounts.json"


def accounts() -> list[Account]:
    """The accounts of this site, in the order of the file; none if there is no file."""
    try:
        rows = json.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [
        Account(
            **{**row, "role": Role(row["role"]), "recovery_codes": tuple(row["recovery_codes"])}
        )
        for row in rows
    ]


def wanted(known: Sequence[Account]) -> list[Account]:
    """An account for every member of the demonstration; those known stay as they are."""
    by_email = {account.email: account for account in known}
    names = {row["key"]: (row["name_en"], row["state"]) for row in network()["authorities"]}
    return [
        by_email.get(row["email"]) or _account(row, *names[row["authority"]])
        for row in network()["members"]
        if row["ended_days_ago"] is None
    ]


def _account(row: Row, authority: str, state: str | None) -> Account:
    return Account(
        email=row["email"],
        password=_password(row["name"], row["email"]),
        totp_secret=new_secret(),
        role=role_of(row),
        authority=authority,
        state=state,
    )


def role_of(row: Row) -> Role:
    """What a member of the file is; whoever stands for the Secretariat moderates."""
    return Role.MODERATOR if row["authority"] == "secretariat" else Role(row["role"])


def _password(*about: str) -> str:
    while True:
        password = spoken_words(_WORDS_IN_A_PASSWORD).replace(" ", "-")
        if refusal(password, about=about) is None:
            return password


def write(found: Sequence[Account]) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    part = path().with_suffix(f".{os.getpid()}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in found], file, indent=1)
    part.replace(path())
