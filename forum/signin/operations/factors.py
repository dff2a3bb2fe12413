"""The factors themselves: one maker of hashes, one spender of codes."""

from functools import cache

from sqlalchemy import delete, func, select, update

from forum.core import clock
from forum.core.db import db
from forum.core.secrets import keyed_digest, normal, recovery_code
from forum.core.services import services
from forum.signin.models import RecoveryCode, SecondFactor
from forum.signin.passwords import Hasher
from forum.signin.totp import accepted_step

_CODES: int = 10


def hasher() -> Hasher:
    """That of the site at hand."""
    settings = services().settings
    return _hasher(
        settings.password_memory_kib,
        settings.password_passes,
        settings.password_lanes,
        settings.passwords_at_once,
    )


@cache
def _hasher(memory_kib: int, passes: int, lanes: int, at_once: int) -> Hasher:
    return Hasher(memory_kib, passes, lanes, at_once)


def accepts_code(member_id: int, code: str) -> bool:
    """Whether it is a code of the member's app that was not used yet; asking spends it."""
    factor = db.session.get(SecondFactor, member_id)
    if factor is None:
        return False
    step = accepted_step(services().cipher.open(factor.sealed_secret), code, clock.now())
    return step is not None and spends_step(member_id, step)


def spends_step(member_id: int, step: int) -> bool:
    """Spend a time step, once and for all purposes; False if it, or a later one, was spent.

    One statement decides, so of two who come at once only one is let in.
    """
    spent = db.session.scalar(
        update(SecondFactor)
        .where(SecondFactor.member_id == member_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.member_id)
        .execution_options(synchronize_session=False)
    )
    return spent is not None


def new_recovery_codes(member_id: int) -> tuple[str, ...]:
    """Ten codes in place of all older ones; only digests are stored."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
    codes = tuple(recovery_code() for _ in range(_CODES))
    db.session.add_all(
        RecoveryCode(member_id=member_id, digest=_digest(code), made_at=clock.now())
        for code in codes
    )
    return codes


def uses_recovery_code(member_id: int, code: str) -> bool:
    """Use one of the member's recovery codes up; False if it is none, or was used."""
    used = db.session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.digest == _digest(code),
            RecoveryCode.member_id == member_id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    return used is not None


def recovery_codes_left(member_id: int) -> int:
    """How many recovery codes the member still has."""
    left = (
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))
    )
    return db.session.scalar(left) or 0


def _digest(code: str) -> str:
    return keyed_digest(services().settings.secret_key, f"recovery-code:{normal(code)}")
