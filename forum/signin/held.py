"""The passkeys that members hold, and who must hold one.

Where the settings say so, moderators need a passkey whose device makes sure who holds it:

- Without one, a moderator who signed in is an ordinary member (`Actor.is_moderator` is False), and
  is led to adding it, which the owner is told by mail. Until then the account is as safe as
  password and code make it, so it is better added in the hour in which the account is activated.
- With one, password and code open nothing any more: signing in and confirming need the passkey, so
  nobody adds a passkey of their own to an account by a code that was phished. The last one cannot
  be removed.
- A moderator whose passkeys are lost goes through the recovery of a lost second factor, which takes
  two others and removes them (`operations.remove_all_passkeys`); then the first line holds again.
- All moderators cannot be locked out for good: `forum create-moderator` names a new one, who signs
  in with password and code and adds a passkey.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from sqlalchemy import exists, select

from forum.core.db import db
from forum.core.errors import NotFound
from forum.core.services import services
from forum.policy import Actor
from forum.signin.ceremonies import Known
from forum.signin.models import Passkey

#: Enough for every desk, telephone and safe; the browser is told all of them each time.
MOST_PASSKEYS: Final = 10


class Duty(StrEnum):
    """What an account must do about passkeys."""

    NONE = "none"
    #: It needs one, and has none.
    ADD = "add"
    #: It has what it needs, and opens by nothing else.
    USE = "use"


def needs_passkey(*, is_staff: bool) -> bool:
    """Whether whoever stands for the Secretariat, or not, must have a passkey."""
    return is_staff and services().settings.moderators_need_passkey


def duty_of(member_id: int, *, is_staff: bool) -> Duty:
    """What the member must do about passkeys."""
    if not needs_passkey(is_staff=is_staff):
        return Duty.NONE
    held = exists().where(Passkey.member_id == member_id, Passkey.verifies_user.is_(True))
    return Duty.USE if db.session.scalar(select(held)) else Duty.ADD


def with_needed_passkey(moderators: Collection[int]) -> set[int]:
    """Numbers of those of these moderators who have what they need to moderate."""
    if not needs_passkey(is_staff=True):
        return set(moderators)
    held = select(Passkey.member_id).where(
        Passkey.member_id.in_(sorted(moderators)), Passkey.verifies_user.is_(True)
    )
    return set(db.session.scalars(held))


def has_passkeys(member_id: int) -> bool:
    """Whether the member has any passkey."""
    return bool(db.session.scalar(select(exists().where(Passkey.member_id == member_id))))


def passkeys_held_by(member_id: int) -> list[Passkey]:
    """All passkeys of a member, the oldest first."""
    return list(
        db.session.scalars(
            select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)
        )
    )


def passkey_of(actor: Actor, passkey_id: int) -> Passkey:
    """One of the actor's own passkeys. Raises NotFound if it is none of theirs."""
    found = db.session.get(Passkey, passkey_id)
    if found is None or found.member_id != actor.id:
        raise NotFound(f"passkey {passkey_id}")
    return found


def known(held: Sequence[Passkey]) -> list[Known]:
    """Passkeys as a browser is told of them."""
    return [Known(passkey.credential_id, tuple(passkey.transports)) for passkey in held]
