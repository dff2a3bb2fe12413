"""Which passwords are taken, and that checking one is the same work for everybody."""

import threading
import time

import pytest
from argon2 import extract_parameters

from forum.signin import passwords
from forum.signin.passwords import Hasher, Refusal, refusal

WHO = ("Anna M. Brovane", "anna.brovane@justice.qm.example")


@pytest.fixture(scope="module")
def hasher() -> Hasher:
    return Hasher(19_456, 2, 1, at_once=2)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "winter teapot marble cloud",
        "kT9!vq2#Lm7$xw4Z",
        "пятница чайник облако гора",
        "الجبل والنهر والقمر والبحر",
        "引渡的山和河以及月亮在夜空中很美",
        "😀🐢🌵🚀🎻🍋🏔️🧭🪁🫖🌂🦉🐳🍄🎈",
        "        spaces are fine too        ",
        "Anna walked to the lighthouse at dawn",
        "they hid the treaty under old floorboards",
        "property lines near the green hedge",
        "a" * 100 + "lighthouse tortoise quilt",
        "lighthouse tortoise 1234567890",
        "tab\tand\x00unseen are characters",
        "\u00e9" * 2 + "tulip ribbon glacier",
    ],
)
def test_a_long_and_uncommon_password_is_taken(password: str) -> None:
    assert refusal(password, about=WHO) is None


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", Refusal.TOO_SHORT),
        ("kT9!vq2#Lm7$xw", Refusal.TOO_SHORT),
        ("e\u0301" * 8, Refusal.TOO_SHORT),
        ("\ufdfa", Refusal.TOO_SHORT),
        ("kT9!vq2#Lm7$xw4Z" * 16 + "x", Refusal.TOO_LONG),
        ("a" * 15, Refusal.ONE_CHARACTER),
        ("😀" * 20, Refusal.ONE_CHARACTER),
        ("abababababababab", Refusal.ONE_CHARACTER),
        ("aaaaaaaaaaaaaaa!", Refusal.ONE_CHARACTER),
        ("passwordpassword", Refusal.COMMON),
        ("PassWordPASSWORD", Refusal.COMMON),
        ("passwordpasswordpass", Refusal.COMMON),
        ("ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ", Refusal.COMMON),
        ("passwordpassword1!", Refusal.COMMON),
        ("password12345678", Refusal.COMMON),
        ("12345678 Dragon!", Refusal.COMMON),
        ("dragondragondragon", Refusal.COMMON),
        ("123456789987654321", Refusal.COMMON),
        ("momsanaladventure", Refusal.COMMON),
        ("qwertyuiopasdfgh", Refusal.RUN),
        ("QWERTYUIOPqwertyuiop", Refusal.COMMON),
        ("poiuytrewqlkjhgfdsa", Refusal.RUN),
        ("1234567890123456", Refusal.RUN),
        ("9876543210987654", Refusal.RUN),
        ("abcdefghijklmnop", Refusal.RUN),
        ("ponmlkjihgfedcba", Refusal.RUN),
        ("abcdefghijklmno!", Refusal.RUN),
        ("abcd1234efgh5678", Refusal.RUN),
        ("qwertzuiopyxcvbnm", Refusal.RUN),
        ("azertyuiopqsdfghjklm", Refusal.RUN),
        ("йцукенгшщзфывапролдж", Refusal.RUN),
        ("aaaabbbbccccdddd", Refusal.RUN),
        ("anna.brovane@justice.qm.example", Refusal.YOURSELF),
        ("ANNA.BROVANE@JUSTICE.QM.EXAMPLE", Refusal.YOURSELF),
        ("AnnaBrovane2026!", Refusal.YOURSELF),
        ("Brovane Anna 12345", Refusal.YOURSELF),
        ("brovanebrovane99", Refusal.YOURSELF),
        ("my anna brovane password", Refusal.YOURSELF),
        ("counterpartforum", Refusal.THIS_PLACE),
        ("Counterpart-2026", Refusal.THIS_PLACE),
        ("extradition12345", Refusal.THIS_PLACE),
        ("Extradition Treaty", Refusal.THIS_PLACE),
        ("mutual legal assistance", Refusal.THIS_PLACE),
        ("central.authority!", Refusal.THIS_PLACE),
    ],
)
def test_what_guessers_try_first_is_refused_with_the_reason(password: str, reason: Refusal) -> None:
    assert refusal(password, about=WHO) is reason


@pytest.mark.parametrize(
    ("length", "reason"),
    [(14, Refusal.TOO_SHORT), (15, None), (256, None), (257, Refusal.TOO_LONG)],
)
def test_fifteen_to_256_code_points_are_taken(length: int, reason: Refusal | None) -> None:
    unlike = "".join(chr(0x1F400 + (n * 37) % 256) for n in range(length))

    assert refusal(unlike, about=()) is reason


def test_a_common_password_stays_common_for_somebody_else() -> None:
    assert refusal("annabrovane2026!", about=()) is None
    assert refusal("annabrovane2026!", about=WHO) is Refusal.YOURSELF


def test_empty_names_refuse_nothing() -> None:
    assert refusal("winter teapot marble cloud", about=("", "@", " ")) is None


def test_there_are_thirty_thousand_common_passwords() -> None:
    assert len(passwords._common()) >= 29_000


def test_every_refusal_has_its_own_sentence() -> None:
    assert len({reason.sentence for reason in Refusal}) == len(Refusal)


def test_the_password_itself_is_right_and_no_other(hasher: Hasher) -> None:
    hashed = hasher.hash("winter teapot marble cloud")

    assert hasher.verify(hashed, "winter teapot marble cloud")
    assert not hasher.verify(hashed, "winter teapot marble clouD")
    assert not hasher.verify(hashed, " winter teapot marble cloud")
    assert not hasher.verify(hashed, "")


def test_the_same_letters_typed_another_way_are_right(hasher: Hasher) -> None:
    hashed = hasher.hash("cafe\u0301 ﬁxed on the hill")

    assert hasher.verify(hashed, "caf\u00e9 fixed on the hill")


def test_a_password_is_never_cut(hasher: Hasher) -> None:
    hashed = hasher.hash("x" * 255 + "y")

    assert not hasher.verify(hashed, "x" * 255 + "z")
    assert not hasher.verify(hashed, "x" * 255)


@pytest.mark.parametrize("odd", ["a\x00b", "\ud800"])
def test_any_character_can_be_hashed_and_checked(hasher: Hasher, odd: str) -> None:
    hashed = hasher.hash(odd)

    assert hasher.verify(hashed, odd)
    assert not hasher.verify(hashed, "a")


def test_two_hashes_of_one_password_differ(hasher: Hasher) -> None:
    assert hasher.hash("winter teapot marble") != hasher.hash("winter teapot marble")


def test_somebody_unknown_costs_the_same_work_and_is_refused(hasher: Hasher) -> None:
    known = hasher.hash("winter teapot marble cloud")
    before = hasher.verifications

    answers = [hasher.verify(None, "guess"), hasher.verify(known, "guess")]

    assert answers == [False, False]
    assert hasher.verifications == before + 2
    assert extract_parameters(hasher._nobodys) == extract_parameters(known)


def test_nobodys_hash_is_no_known_password(hasher: Hasher) -> None:
    assert not any(hasher.verify(None, guess) for guess in ("", "None", hasher._nobodys))


def test_a_hash_with_other_parameters_is_right_and_to_be_renewed(hasher: Hasher) -> None:
    stronger = Hasher(19_456, 3, 1, at_once=1)
    hashed = hasher.hash("winter teapot marble cloud")

    assert stronger.verify(hashed, "winter teapot marble cloud")
    assert stronger.needs_rehash(hashed)
    assert not hasher.needs_rehash(hashed)


def test_the_parameters_stand_in_the_hash(hasher: Hasher) -> None:
    assert hasher.hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("weak", [(19_455, 2, 1), (19_456, 1, 1), (19_456, 2, 0)])
def test_weaker_parameters_stop_the_start(weak: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="19456"):
        Hasher(*weak, at_once=1)


class Slow:
    """Stands for the hashing itself, and sees how many do it at once."""

    def __init__(self) -> None:
        self.at_work = self.most = 0
        self._lock = threading.Lock()

    def verify(self, hashed: str, password: bytes) -> bool:
        with self._lock:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
        time.sleep(0.01)
        with self._lock:
            self.at_work -= 1
        return True


def test_no_more_hashes_are_computed_at_once_than_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hasher, slow = Hasher(19_456, 2, 1, at_once=2), Slow()
    monkeypatch.setattr(hasher, "_argon2", slow)

    threads = [threading.Thread(target=hasher.verify, args=(None, "x")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert slow.most == 2
    assert hasher.verifications == 8
