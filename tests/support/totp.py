"""A second opinion on one-time codes: the program oathtool, not the library we use."""

import shutil
import subprocess
from datetime import UTC, datetime

MISSING = (
    "The program oathtool was not found: install the package oathtool "
    "(`apt-get install oathtool`), which needs root."
)


def code(secret: str, at: datetime | None = None) -> str:
    """The six digits that an authenticator app shows for a base32 `secret` at a moment."""
    program = shutil.which("oathtool")
    if program is None:
        raise RuntimeError(MISSING)
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    answer = subprocess.run(
        [program, "--totp", "--base32", f"--now={moment:%Y-%m-%d %H:%M:%S} UTC", "-"],
        input=secret,
        capture_output=True,
        text=True,
        check=True,
    )
    return answer.stdout.strip()
