"""The settings: what is missing or weak stops the start with a sentence that says what to set."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from forum.core.settings import Environment, Misconfigured, Settings

RIGHT = {
    "FORUM_ENV": "production",
    "FORUM_BASE_URL": "https://forum.example",
    "FORUM_SECRET_KEY": "4f9c1b7ad2e84056b1f0c9d8e7a6-secret",
    "FORUM_AUDIT_KEY": "81d4fae27dec11d0a76500a0c91e-audit",
    "FORUM_FIELD_KEYS": Fernet.generate_key().decode(),
}


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FORUM_DATA_DIR", str(tmp_path / "data"))


def test_a_production_site_starts_with_its_four_settings() -> None:
    settings = Settings.load(RIGHT)

    assert settings.env is Environment.PRODUCTION
    assert not settings.is_plain_http
    assert settings.trusted_hosts == ["forum.example"]
    assert settings.session_idle_minutes == 30
    assert settings.moderators_need_passkey


@pytest.mark.parametrize("url", ["localhost:6379", "http://localhost", "redis"])
def test_an_address_that_is_none_of_redis_stops_the_start(url: str) -> None:
    with pytest.raises(Misconfigured, match="FORUM_REDIS_URL"):
        Settings.load({**RIGHT, "FORUM_REDIS_URL": url})


def test_an_operator_says_yes_or_no() -> None:
    for word, meant in {"false": False, "0": False, "No": False, "true": True, "on": True}.items():
        settings = Settings.load({**RIGHT, "FORUM_MODERATORS_NEED_PASSKEY": word})
        assert settings.moderators_need_passkey is meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORUM_SECRET_KEY", ""),
        ("FORUM_SECRET_KEY", "short"),
        ("FORUM_SECRET_KEY", "a" * 64),
        ("FORUM_SECRET_KEY", RIGHT["FORUM_AUDIT_KEY"]),
        ("FORUM_AUDIT_KEY", ""),
        ("FORUM_AUDIT_KEY", "changeme" * 5),
        ("FORUM_FIELD_KEYS", ""),
        ("FORUM_FIELD_KEYS", "not a fernet key, though it is long enough"),
        ("FORUM_FIELD_KEYS", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=,short"),
        ("FORUM_BASE_URL", ""),
        ("FORUM_BASE_URL", "http://forum.example"),
        ("FORUM_BASE_URL", "https://forum.example/path"),
        ("FORUM_ENV", "staging"),
        ("FORUM_PASSWORD_MEMORY_KIB", "1024"),
        ("FORUM_PASSWORD_PASSES", "1"),
        ("FORUM_ACTIVATION_DAYS", "seven"),
        ("FORUM_SESSION_IDLE_MINUTES", "0"),
        ("FORUM_MODERATORS_NEED_PASSKEY", "perhaps"),
        ("FORUM_ATTESTATION_MONTHS", ""),
        ("FORUM_ATTESTATION_MONTHS", "0,6"),
        ("FORUM_MODERATOR_ATTESTATION_MONTHS", "13"),
        ("FORUM_ATTESTATION_MONTHS", "March"),
        ("FORUM_ATTESTATION_REMINDER_DAYS", "0"),
        ("FORUM_ATTESTATION_SUSPEND_DAYS", "30"),
    ],
)
def test_what_is_missing_or_weak_stops_the_start_and_is_named(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        Settings.load({**RIGHT, name: value})


def test_the_message_never_holds_the_secret() -> None:
    with pytest.raises(Misconfigured) as error:
        Settings.load({**RIGHT, "FORUM_SECRET_KEY": "hunter2"})

    assert "hunter2" not in str(error.value)


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(RIGHT["FORUM_SECRET_KEY"] + "\n", encoding="utf-8")
    given = {key: value for key, value in RIGHT.items() if key != "FORUM_SECRET_KEY"}

    settings = Settings.load({**given, "FORUM_SECRET_KEY_FILE": str(file)})

    assert settings.secret_key == RIGHT["FORUM_SECRET_KEY"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="FORUM_SECRET_KEY_FILE"):
        Settings.load({**RIGHT, "FORUM_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_development_makes_its_own_keys_once_and_hides_them(tmp_path: Path) -> None:
    given = {"FORUM_ENV": "development", "FORUM_DATA_DIR": str(tmp_path / "site")}

    first, second = Settings.load(given), Settings.load(given)

    assert first == second
    assert first.is_plain_http
    keys = tmp_path / "site" / "keys.toml"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.parent.stat().st_mode) == 0o700


def test_production_never_makes_keys(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        Settings.load({"FORUM_ENV": "production", "FORUM_BASE_URL": "https://forum.example"})

    assert not (tmp_path / "data" / "keys.toml").exists()


def test_links_are_built_from_the_configured_address() -> None:
    settings = Settings.load({**RIGHT, "FORUM_BASE_URL": "https://forum.example/"})

    assert settings.link("/threads/41") == "https://forum.example/threads/41"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_through_psycopg(scheme: str) -> None:
    settings = Settings.load({**RIGHT, "FORUM_DATABASE_URL": f"{scheme}://forum@db/forum"})

    assert settings.sqlalchemy_url == "postgresql+psycopg://forum@db/forum"
