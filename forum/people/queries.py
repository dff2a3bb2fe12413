"""Reading a member with whom the member stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Authority, Representation
from forum.directory.queries import designated_functions, entry_parts
from forum.directory.standing import representations_of, works_on
from forum.members.models import Member, MemberStatus
from forum.policy import Actor, Permission, allows
from forum.reference.models import Function

#: Accounts that members may know of, once they were in use.
_KNOWN: Final = frozenset({MemberStatus.ACTIVE, MemberStatus.SUSPENDED, MemberStatus.CLOSED})


@dataclass(frozen=True)
class Known:
    """A member, the office stood for, and what the member does there."""

    member: Member
    #: The one in force, or the last one; None if there never was one.
    representation: Representation | None
    is_former: bool
    #: The office with all that its entry shows.
    authority: Authority | None
    functions: Sequence[Function]


def member_for(actor: Actor, member_id: int, on: date) -> Known:
    """The member of that number.

    Raises NotFound if `actor` may not know of such a member: one whose account was never in use is
    as unknown as one who never was. One whose account is closed is shown as having left.
    """
    member = db.session.get(Member, member_id)
    is_known = member is not None and member.status in _KNOWN and member.activated_at is not None
    if member is None or not is_known or not allows(actor, Permission.MEMBER_READ):
        raise NotFound(f"member {member_id}")
    held = [each for each in representations_of(member_id) if each.from_on <= on]
    current = [each for each in held if not each.is_over(on)]
    shown = current[0] if current else max(held, key=lambda each: each.until_on or on, default=None)
    if shown is None:
        return Known(member, None, is_former=True, authority=None, functions=())
    designated = designated_functions([shown.authority_id], on).get(shown.authority_id, [])
    return Known(
        member,
        shown,
        is_former=not current or member.status is MemberStatus.CLOSED,
        authority=entry_parts(shown.authority_id),
        functions=[function for function in designated if works_on(member, function.code)],
    )
