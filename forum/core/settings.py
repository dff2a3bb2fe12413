"""The settings: one typed, frozen object, read once at the start.

Values come from config/default.toml, then the file of the environment (FORUM_ENV), then
environment variables `FORUM_<NAME>` or files named by `FORUM_<NAME>_FILE`.
"""

import math
import os
import secrets
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from forum.core.paths import CONFIG, private_folder

_LEAST_PASSWORD_COST: Final = {
    "password_memory_kib": 19456,
    "password_passes": 2,
    "password_lanes": 1,
}
_YES: Final = frozenset({"true", "yes", "on", "1"})
_NO: Final = frozenset({"false", "no", "off", "0"})


class Environment(StrEnum):
    """What the site is run for."""

    PRODUCTION = "production"
    DEVELOPMENT = "development"
    TESTING = "testing"


class Misconfigured(Exception):
    """The site cannot start; the text says what to set."""


@dataclass(frozen=True)
class Settings:
    """All that an operator can decide; config/default.toml says what each line means."""

    env: Environment
    secret_key: str
    field_keys: tuple[str, ...]
    audit_key: str
    site_name: str
    base_url: str
    extra_hosts: tuple[str, ...]
    data_dir: Path
    database_url: str
    redis_url: str
    smtp_url: str
    mail_from: str
    secretariat_email: str
    proxy_hops: int
    session_idle_minutes: int
    session_hours: int
    staff_idle_minutes: int
    staff_hours: int
    confirm_minutes: int
    moderators_need_passkey: bool
    link_after_failures: int
    sign_in_link_minutes: int
    activation_days: int
    reset_minutes: int
    mailbox_change_hours: int
    mailbox_change_days: int
    mailbox_change_wait_hours: int
    mailbox_renewal_days: int
    mailbox_renewal_grace_days: int
    unseen_days: int
    unseen_grace_days: int
    mailbox_proof_days: int
    application_days: int
    word_days: int
    objection_days: int
    export_hours: int
    export_megabytes: int
    recovery_mail_minutes: int
    recovery_days: int
    recovery_wait_hours: int
    recovery_link_minutes: int
    recovery_read_only_hours: int
    attestation_months: tuple[int, ...]
    moderator_attestation_months: tuple[int, ...]
    attestation_recent_days: int
    attestation_reminder_days: tuple[int, ...]
    attestation_read_only_days: int
    attestation_suspend_days: int
    password_memory_kib: int
    password_passes: int
    password_lanes: int
    passwords_at_once: int

    @classmethod
    def load(cls, overrides: Mapping[str, str] | None = None) -> Self:
        """Read the settings of this process; `overrides` stand for environment variables.

        Raises Misconfigured with a sentence that says what to set.
        """
        variables = {**os.environ, **(overrides or {})}
        env = _environment(variables.get("FORUM_ENV", "production"))
        values: dict[str, Any] = _toml(CONFIG / "default.toml")
        if env is not Environment.PRODUCTION:
            values |= _toml(CONFIG / f"{env}.toml")
        values |= {
            field.name: text
            for field in fields(cls)
            if (text := _given(variables, field.name)) is not None
        }
        values["env"] = env
        values["data_dir"] = Path(values["data_dir"]).absolute()
        if env is Environment.DEVELOPMENT:
            values = _development_keys(values["data_dir"]) | values
        settings = cls(
            **{
                field.name: _typed(field.name, field.type, values.get(field.name))
                for field in fields(cls)
            }
        )
        settings._check()
        return settings

    @property
    def is_plain_http(self) -> bool:
        """Whether browsers come without TLS, so that cookies cannot carry the __Host- prefix."""
        return self.env is not Environment.PRODUCTION and self.base_url.startswith("http://")

    @property
    def trusted_hosts(self) -> list[str]:
        """The host names this site answers to; all others are refused."""
        hosts = {urlsplit(self.base_url).hostname or "", *self.extra_hosts}
        if self.env is not Environment.PRODUCTION:
            hosts |= {"localhost", "127.0.0.1"}
        return sorted(hosts - {""})

    @property
    def sqlalchemy_url(self) -> str:
        """The database as SQLAlchemy wants it named."""
        if not self.database_url:
            return f"sqlite:///{self.data_dir / 'forum.db'}"
        for scheme in ("postgres://", "postgresql://"):
            if self.database_url.startswith(scheme):
                return "postgresql+psycopg://" + self.database_url.removeprefix(scheme)
        return self.database_url

    def link(self, path: str) -> str:
        """The full address of a path of this site, for mail; never taken from a request."""
        return self.base_url.rstrip("/") + path

    def _check(self) -> None:
        for name in ("secret_key", "audit_key"):
            if _is_weak(getattr(self, name)):
                raise Misconfigured(
                    f"Set FORUM_{name.upper()} to at least 32 random characters, "
                    "for instance with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )
        if self.secret_key == self.audit_key:
            raise Misconfigured("Set FORUM_AUDIT_KEY and FORUM_SECRET_KEY to different values.")
        _check_field_keys(self.field_keys)
        base = urlsplit(self.base_url)
        if base.scheme not in ("http", "https") or not base.hostname or base.path.strip("/"):
            raise Misconfigured(
                "Set FORUM_BASE_URL to the site's address, such as https://forum.example.org."
            )
        if self.env is Environment.PRODUCTION and base.scheme != "https":
            raise Misconfigured(
                "Set FORUM_BASE_URL to an https address: sessions are not safe without TLS."
            )
        if self.redis_url and urlsplit(self.redis_url).scheme not in ("redis", "rediss"):
            raise Misconfigured("Set FORUM_REDIS_URL to an address such as redis://host:6379/0.")
        for name, least in _LEAST_PASSWORD_COST.items():
            if getattr(self, name) < least:
                raise Misconfigured(f"Set FORUM_{name.upper()} to {least} or more.")
        for name in (
            "session_idle_minutes",
            "session_hours",
            "staff_idle_minutes",
            "staff_hours",
            "confirm_minutes",
            "link_after_failures",
            "sign_in_link_minutes",
            "activation_days",
            "reset_minutes",
            "mailbox_change_hours",
            "mailbox_change_days",
            "mailbox_change_wait_hours",
            "mailbox_renewal_days",
            "mailbox_renewal_grace_days",
            "unseen_days",
            "unseen_grace_days",
            "mailbox_proof_days",
            "application_days",
            "word_days",
            "objection_days",
            "export_hours",
            "export_megabytes",
            "recovery_mail_minutes",
            "recovery_days",
            "recovery_wait_hours",
            "recovery_link_minutes",
            "recovery_read_only_hours",
            "attestation_recent_days",
            "attestation_read_only_days",
            "passwords_at_once",
        ):
            if getattr(self, name) < 1:
                raise Misconfigured(f"Set FORUM_{name.upper()} to 1 or more.")
        self._check_attestation()

    def _check_attestation(self) -> None:
        for name in ("attestation_months", "moderator_attestation_months"):
            months = getattr(self, name)
            if not months or not all(1 <= month <= 12 for month in months):
                raise Misconfigured(
                    f"Set FORUM_{name.upper()} to one or more months from 1 to 12, such as 3,9."
                )
        if any(days < 1 for days in self.attestation_reminder_days):
            raise Misconfigured("Set FORUM_ATTESTATION_REMINDER_DAYS to days of 1 or more.")
        if self.attestation_suspend_days <= self.attestation_read_only_days:
            raise Misconfigured(
                "Set FORUM_ATTESTATION_SUSPEND_DAYS to more than FORUM_ATTESTATION_READ_ONLY_DAYS."
            )


def _environment(name: str) -> Environment:
    try:
        return Environment(name)
    except ValueError:
        raise Misconfigured("Set FORUM_ENV to production, development or testing.") from None


def _toml(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _given(variables: Mapping[str, str], name: str) -> str | None:
    key = f"FORUM_{name.upper()}"
    if named := variables.get(f"{key}_FILE"):
        try:
            return Path(named).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Misconfigured(
                f"{key}_FILE names a file that cannot be read: {error.strerror}."
            ) from None
    return variables.get(key)


def _typed(name: str, wanted: Any, value: Any) -> Any:
    if value is None:
        value = "" if wanted is str else ()
    if wanted is int:
        try:
            return int(value)
        except ValueError:
            raise Misconfigured(f"Set FORUM_{name.upper()} to a whole number.") from None
    if wanted is bool and isinstance(value, str):
        if value.strip().lower() not in _YES | _NO:
            raise Misconfigured(f"Set FORUM_{name.upper()} to true or false.")
        return value.strip().lower() in _YES
    if wanted in (tuple[str, ...], tuple[int, ...]) and isinstance(value, str):
        parts = tuple(part.strip() for part in value.split(",") if part.strip())
        return parts if wanted == tuple[str, ...] else _whole_numbers(name, parts)
    return value


def _whole_numbers(name: str, parts: tuple[str, ...]) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in parts)
    except ValueError:
        raise Misconfigured(
            f"Set FORUM_{name.upper()} to whole numbers, separated by commas."
        ) from None


def _is_weak(secret: str) -> bool:
    """Whether a secret is short, or long without saying much (one word again and again)."""
    if len(secret) < 32:
        return True
    shares = [count / len(secret) for count in Counter(secret).values()]
    return -sum(share * math.log2(share) for share in shares) < 3


def _check_field_keys(keys: tuple[str, ...]) -> None:
    how = (
        "Set FORUM_FIELD_KEYS to one or more Fernet keys, newest first, separated by commas; make one with: "
        "python3 -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    )
    if not keys:
        raise Misconfigured(how)
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise Misconfigured(how) from None


def _development_keys(data_dir: Path) -> dict[str, Any]:
    """Random keys of this site, made once and kept in a file that only its owner reads."""
    path = data_dir / "keys.toml"
    if not path.exists():
        private_folder(data_dir)
        keys = {
            "secret_key": secrets.token_urlsafe(48),
            "field_keys": Fernet.generate_key().decode(),
            "audit_key": secrets.token_urlsafe(48),
        }
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _toml(path)  # another process was faster
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f'{name} = "{key}"\n' for name, key in keys.items())
    return _toml(path)
