"""The site's own commands, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

from forum.core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def environment_of(settings: Settings, **more: str) -> dict[str, str]:
    """What a process needs to work on the same site."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "FORUM_ENV": settings.env.value,
        "FORUM_SECRET_KEY": settings.secret_key,
        "FORUM_AUDIT_KEY": settings.audit_key,
        "FORUM_FIELD_KEYS": ",".join(settings.field_keys),
        "FORUM_DATA_DIR": str(settings.data_dir),
        "FORUM_DATABASE_URL": settings.database_url,
        "FORUM_SMTP_URL": settings.smtp_url,
        "FORUM_BASE_URL": settings.base_url,
    } | more


def forum(*command: str) -> list[str]:
    """The command line of one of the site's commands."""
    return [sys.executable, "-c", "from forum.app import main; main()", *command]


def start(settings: Settings, *command: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a command; its output can be had with `communicate()`."""
    return subprocess.Popen(
        forum(*command),
        env=environment_of(settings, **environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(
    settings: Settings, *command: str, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end."""
    return subprocess.run(
        forum(*command),
        env=environment_of(settings, **environment),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
