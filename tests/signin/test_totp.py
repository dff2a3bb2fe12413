"""One-time codes agree with the standard and with another program, and only near their time."""

import base64
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from forum.signin import totp
from tests.support.totp import code as other_program

#: The secret of RFC 6238, appendix B.
STANDARD = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 3, 29, 1, 0, 15, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def at_step(step: int) -> str:
    return totp.pyotp.TOTP(STANDARD).generate_otp(step)


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_standard_are_accepted_at_their_step(moment: int, code: str) -> None:
    at = datetime.fromtimestamp(moment, UTC)

    assert totp.accepted_step(STANDARD, code, at) == moment // 30


@pytest.mark.parametrize("seconds", [0, 29, 30, 86_399, 10_000_000])
def test_another_program_agrees_on_the_code(seconds: int) -> None:
    secret, at = totp.new_secret(), NOW + timedelta(seconds=seconds)

    assert totp.accepted_step(secret, other_program(secret, at), at) == int(at.timestamp()) // 30


@pytest.mark.parametrize(
    ("away", "is_accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_is_accepted_one_step_early_or_late_and_no_more(
    away: int, is_accepted: bool
) -> None:
    accepted = totp.accepted_step(STANDARD, at_step(STEP + away), NOW)

    assert accepted == (STEP + away if is_accepted else None)


def test_a_step_has_its_edges_at_half_minutes_of_utc() -> None:
    code, start = at_step(STEP), datetime.fromtimestamp(STEP * 30, UTC)

    assert totp.accepted_step(STANDARD, code, start - timedelta(seconds=30)) == STEP
    assert totp.accepted_step(STANDARD, code, start - timedelta(seconds=31)) is None
    assert totp.accepted_step(STANDARD, code, start + timedelta(seconds=59)) == STEP
    assert totp.accepted_step(STANDARD, code, start + timedelta(seconds=60)) is None


def test_the_zone_of_the_clock_does_not_matter() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))

    assert totp.accepted_step(STANDARD, at_step(STEP), elsewhere) == STEP


@pytest.mark.parametrize("spaced", ["{0}{1}", "{0} {1}", " {0}\u00a0{1}\n", "\t{0}\u2009{1} "])
def test_spaces_in_a_code_do_not_matter(spaced: str) -> None:
    code = at_step(STEP)

    assert totp.accepted_step(STANDARD, spaced.format(code[:3], code[3:]), NOW) == STEP


def test_only_six_ascii_digits_are_a_code() -> None:
    code = at_step(STEP)
    arabic = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    for wrong in ("", code[:5], code + "0", "0" + code, f"{code[:3]}-{code[3:]}", arabic, wide):
        assert totp.accepted_step(STANDARD, wrong, NOW) is None
    assert totp.accepted_step(STANDARD, "\ud800" * 6, NOW) is None
    assert totp.accepted_step(STANDARD, f"+{code[1:]}", NOW) is None


def test_every_step_of_the_window_is_compared_whichever_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []
    monkeypatch.setattr(
        totp.hmac, "compare_digest", lambda one, other: bool(compared.append(one)) or one == other
    )

    for away in (-1, 0, 1, 5):
        totp.accepted_step(STANDARD, at_step(STEP + away), NOW)

    assert len(compared) == 12


def test_a_code_of_two_steps_counts_as_the_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totp.pyotp.TOTP, "generate_otp", lambda *_: "123456")

    assert totp.accepted_step(STANDARD, "123456", NOW) == STEP + 1


def test_the_first_moments_of_the_epoch_are_no_error() -> None:
    assert totp.accepted_step(STANDARD, "000000", datetime.fromtimestamp(0, UTC)) is None


def test_a_secret_is_160_random_bits_in_base32() -> None:
    secrets = {totp.new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert all(len(base64.b32decode(secret)) == 20 for secret in secrets)
    assert totp.grouped("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_the_address_for_the_app_holds_secret_account_and_issuer() -> None:
    uri = totp.provisioning_uri(STANDARD, "a.quellin@moj.qn.example", "Counterpart: Test & Co")

    parts, query = urlsplit(uri), parse_qs(urlsplit(uri).query)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path).endswith("a.quellin@moj.qn.example")
    assert query["secret"] == [STANDARD]
    assert query["issuer"] == ["Counterpart: Test & Co"]


def modules(svg: ET.Element) -> Iterator[tuple[int, int]]:
    dark = svg.findall("{*}path")[1].attrib["d"]
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", dark):
        yield int(x), int(y)


def test_the_drawing_shows_the_address_with_a_quiet_zone() -> None:
    uri = totp.provisioning_uri(STANDARD, "a@b.example", "Counterpart")
    expected = totp.segno.make(uri, error="m", micro=False).matrix

    svg = ET.fromstring(totp.qr_svg(uri, "Code to scan"))  # noqa: S314 - made by us

    assert set(modules(svg)) == {
        (x + 4, y + 4) for y, row in enumerate(expected) for x, dark in enumerate(row) if dark
    }
    assert svg.attrib["viewBox"] == f"0 0 {len(expected) + 8} {len(expected) + 8}"


def test_the_drawing_has_a_name_and_nothing_that_the_policy_forbids() -> None:
    svg = totp.qr_svg("otpauth://totp/x", '"><script>alert(1)</script>')

    root = ET.fromstring(svg)  # noqa: S314 - made by us
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == '"><script>alert(1)</script>'
    assert root.findtext("{*}title") == '"><script>alert(1)</script>'
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {"svg", "title", "path"}
    assert not re.search(r'style=|<script|\son\w+=|href="|<\?xml', svg)


def test_the_other_program_is_there() -> None:
    assert shutil.which("oathtool"), "install the package oathtool"
