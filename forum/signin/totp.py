"""One-time codes (RFC 6238: SHA-1, six digits, thirty seconds) and the QR code that shares a secret.

Pure: which step was accepted is told, and spending it, once and for all purposes, is the caller's.
"""

import hmac
import re
from datetime import datetime
from html import escape
from typing import Final

import pyotp
import segno

PERIOD: Final = 30
_DIGITS: Final = re.compile(r"[0-9]{6}", re.ASCII)
#: 160 bits, as long as the SHA-1 that uses them (RFC 4226).
_SECRET_LETTERS: Final = 32
#: Clocks of telephones are off by a few seconds; a person takes some more.
_WINDOW: Final = (-1, 0, 1)


def new_secret() -> str:
    """A secret of 160 bits in base32, as authenticator apps take it."""
    return pyotp.random_base32(_SECRET_LETTERS)


def accepted_step(secret: str, code: str, at: datetime) -> int | None:
    """The time step whose code this is, if it is this one or a neighbour; else None.

    Every step of the window is compared in full, so that the time taken tells nothing. If two
    steps share a code the later one counts, for spending it spends the earlier one too.
    """
    digits = "".join(code.split())
    if _DIGITS.fullmatch(digits) is None:
        return None
    totp = pyotp.TOTP(secret)
    now = int(at.timestamp()) // PERIOD
    accepted = None
    for step in (now + offset for offset in _WINDOW):
        if step >= 0 and hmac.compare_digest(totp.generate_otp(step), digits):
            accepted = step
    return accepted


def provisioning_uri(secret: str, account: str, issuer: str) -> str:
    """The `otpauth:` address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def grouped(secret: str) -> str:
    """The secret in groups of four, to be typed by hand; apps pass over the spaces."""
    return " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))


def qr_svg(uri: str, title: str) -> str:
    """The address as a drawing to stand in a page: black on white in every theme, nothing inline.

    `title` is what a screen reader says instead. It is escaped here, and all else is ours, so the
    drawing may go through `|rendered`.
    """
    code = segno.make(uri, error="m", micro=False)
    width, height = code.symbol_size(border=4)
    rows = code.matrix_iter(border=4)
    dark = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    name = escape(title)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cp-qr" viewBox="0 0 {width} {height}"'
        f' width="{4 * width}" height="{4 * height}" role="img" aria-label="{name}"'
        f' shape-rendering="crispEdges"><title>{name}</title>'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><path fill="#000" d="{dark}"/></svg>'
    )
