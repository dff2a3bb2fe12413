"""Members, whom they represent, and how they sign in."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from forum.core import clock
from forum.core.db import db
from forum.core.mailbox import mailbox_key
from forum.core.services import services
from forum.core.typed import N_
from forum.demo.accounts import Account, role_of
from forum.demo.files import Ledger, Row, day_ago, moment_ago, network
from forum.demo.network import authority_ids
from forum.directory.models import Representation
from forum.mailboxes.models import MailboxProof
from forum.members import house_rules
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from forum.signin.models import Credential, SecondFactor
from forum.signin.operations.factors import hasher, new_recovery_codes

#: How the secretariat vetted them, for their profiles.
VETTED: Final = N_("Mailbox proved, call-back to the number in the directory, two moderators")
_NAMED: Final = N_("Note verbale of the State")


def hashed(accounts: Sequence[Account]) -> dict[str, str]:
    """Hashes of the passwords, by address: slow on purpose, so several at once."""
    make = hasher().hash
    with ThreadPoolExecutor(services().settings.passwords_at_once) as pool:
        hashes = pool.map(make, [account.password for account in accounts])
        return {account.email: found for account, found in zip(accounts, hashes, strict=True)}


def load_members(ledger: Ledger) -> None:
    """Add the members and their representations; they have no password yet."""
    authorities = authority_ids()
    for place, row in enumerate(ledger.new("member", network()["members"])):
        member = _member(row)
        if row["ended_days_ago"] is None:
            member.signed_in_at = moment_ago(min(row["since_days_ago"], 11 * place % 70))
        db.session.add(member)
        db.session.flush()
        ended = row["ended_days_ago"]
        db.session.add(
            Representation(
                member_id=member.id,
                authority_id=authorities[row["authority"]],
                role=role_of(row),
                from_on=day_ago(row["since_days_ago"]),
                until_on=None if ended is None else day_ago(ended),
                settled_at=None if ended is None else moment_ago(ended),
                may_speak_since=_may_speak_since(row),
                confirmed_at=moment_ago((ended or 0) + 7 * place % 50),
            )
        )
        proved_days_ago = min(row["since_days_ago"], 17 * place % 300)
        db.session.add(MailboxProof(member_id=member.id, proved_at=moment_ago(proved_days_ago)))
    db.session.flush()


def _may_speak_since(row: Row) -> datetime | None:
    """Heads and focal points may speak for their authorities since they came."""
    if role_of(row) not in {Role.HEAD, Role.FOCAL_POINT}:
        return None
    return moment_ago(row["since_days_ago"], row["zone"])


def _member(row: Row) -> Member:
    since = moment_ago(row["since_days_ago"], row["zone"])
    is_former = row["ended_days_ago"] is not None
    return Member(
        name=row["name"],
        post=row["post"],
        email=row["email"],
        email_key=mailbox_key(row["email"]),
        zone=row["zone"],
        languages=row["languages"],
        functions=row["functions"],
        status=MemberStatus.CLOSED if is_former else MemberStatus.ACTIVE,
        created_at=since - timedelta(days=3),
        activated_at=since,
        rules_version=house_rules.in_force(),
        rules_accepted_at=clock.now(),
        vetted_at=since - timedelta(days=3),
        vetted_how=_NAMED if role_of(row) is Role.FOCAL_POINT else VETTED,
    )


def members() -> dict[str, Member]:
    """The members by their keys in the file."""
    keys = {mailbox_key(row["email"]): row["key"] for row in network()["members"]}
    found = db.session.scalars(select(Member).where(Member.email_key.in_(keys)))
    return {keys[member.email_key]: member for member in found}


def with_factors(accounts: Sequence[Account], hashes: dict[str, str]) -> list[Account]:
    """Let these members sign in with what their accounts say; gives the accounts with new codes."""
    numbers = {member.email: member.id for member in members().values()}
    found = [account for account in accounts if account.email in numbers]
    for table in (Credential, SecondFactor):
        ids = [numbers[account.email] for account in found]
        db.session.execute(delete(table).where(table.member_id.in_(ids)))
    return [_with_factors(account, numbers[account.email], hashes) for account in found]


def _with_factors(account: Account, number: int, hashes: dict[str, str]) -> Account:
    now, sealed = clock.now(), services().cipher.seal(account.totp_secret)
    db.session.add(
        Credential(member_id=number, password_hash=hashes[account.email], changed_at=now)
    )
    db.session.add(SecondFactor(member_id=number, sealed_secret=sealed, proved_at=now))
    return replace(account, recovery_codes=new_recovery_codes(number))
