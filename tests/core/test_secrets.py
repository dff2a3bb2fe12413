"""Secrets are long, stored as digests and compared without telling."""

import base64
import hashlib
import hmac
import re

import pytest

from forum.core import secrets
from forum.core.spoken import WORDS


def test_a_token_holds_256_bits_and_a_reference_128() -> None:
    assert len(base64.urlsafe_b64decode(secrets.new_token() + "=")) == 32
    assert len(base64.urlsafe_b64decode(secrets.new_reference() + "==")) == 16


def test_no_two_secrets_are_alike() -> None:
    made = {make() for make in (secrets.new_token, secrets.recovery_code) for _ in range(200)}

    assert len(made) == 400


def test_a_token_is_stored_as_its_sha_256() -> None:
    assert secrets.digest("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_a_keyed_digest_is_hmac_sha_256_and_hangs_on_the_key() -> None:
    # RFC 4231, test case 2.
    assert secrets.keyed_digest("Jefe", "what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
    assert secrets.keyed_digest(b"one", "code") != secrets.keyed_digest(b"two", "code")
    assert secrets.keyed_digest(b"k", "é") == hmac.digest(b"k", "é".encode(), hashlib.sha256).hex()


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("a", "a", True),
        ("a", b"a", True),
        ("a", "b", False),
        ("é", "é", True),
        ("é", "e\u0301", False),
        ("", "a", False),
        ("\ud800", "a", False),
    ],
)
def test_comparing_tells_equal_from_different(
    one: str | bytes, other: str | bytes, answer: bool
) -> None:
    assert secrets.same(one, other) is answer


def test_a_recovery_code_is_120_bits_in_groups_of_four() -> None:
    code = secrets.recovery_code()

    assert re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", code)
    assert len(base64.b32decode(secrets.normal(code))) * 8 == 120


@pytest.mark.parametrize(
    "typed",
    [
        "OIBA-BCDE-FGHI-JKLM-NOPQ-RSTU",
        "oibabcdefghijklmnopqrstu",
        " oiba bcde\tfghi jklm nopq rstu\n",
        "018a-bcde-fgh1-jklm-n0pq-rstu",
        "OIBA–BCDE–FGHI–JKLM–NOPQ–RSTU",
    ],
)
def test_a_recovery_code_may_be_typed_carelessly(typed: str) -> None:
    assert secrets.normal(typed) == "OIBABCDEFGHIJKLMNOPQRSTU"


def test_another_script_is_never_taken_for_a_code() -> None:
    assert secrets.normal("ＡＢＣ٢٣") == ""


def test_the_words_to_be_spoken_are_short_and_each_there_once() -> None:
    assert len(WORDS) >= 256
    assert len(set(WORDS)) == len(WORDS)
    assert all(re.fullmatch(r"[a-z]{4,11}", word) for word in WORDS)


def test_no_word_is_the_beginning_of_another() -> None:
    pairs = [(a, b) for a in WORDS for b in WORDS if a != b and b.startswith(a)]

    assert pairs == []


def test_no_two_words_are_one_letter_apart() -> None:
    holes = [{word[:i] + "." + word[i + 1 :] for i in range(len(word))} for word in WORDS]
    shorter = [{word[:i] + word[i + 1 :] for i in range(len(word))} for word in WORDS]

    assert sum(map(len, holes)) == len(set().union(*holes))
    assert not set(WORDS) & set().union(*shorter)


def test_three_words_are_given_unless_told_otherwise() -> None:
    assert len(secrets.spoken_words().split()) == 3
    assert len(secrets.spoken_words(5).split()) == 5
    assert set(secrets.spoken_words(20).split()) <= set(WORDS)
