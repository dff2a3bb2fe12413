"""Putting the demonstration together."""

from collections.abc import Sequence

from forum.audit.operations import record_system
from forum.core.alone import alone
from forum.core.db import operation
from forum.core.errors import Conflict
from forum.core.services import services
from forum.core.settings import Environment
from forum.demo import accounts
from forum.demo.accounts import Account
from forum.demo.applications import load_applications
from forum.demo.attestation import load_round
from forum.demo.files import Ledger, network
from forum.demo.network import load_authorities, load_states
from forum.demo.notes import load_notes
from forum.demo.people import hashed, load_members, with_factors
from forum.demo.threads import load_threads


def seed_demo() -> int:
    """Load what of the demonstration is not loaded yet; the number of things added.

    Raises Conflict in production.
    """
    if services().settings.env is Environment.PRODUCTION:
        raise Conflict(
            "Demonstration data are refused in production: FORUM_ENV is production here."
        )
    with alone("seed-demo"):
        known = accounts.accounts()
        never_loaded, in_file = _never_loaded(), {account.email for account in known}
        wanted = accounts.wanted(known)
        lacking = [
            account
            for account in wanted
            if account.email in never_loaded or account.email not in in_file
        ]
        # Outside the transaction: it takes seconds, and others want to write.
        return _load(wanted, lacking, hashed(lacking))


def _never_loaded() -> set[str]:
    """Addresses of the members of the file that this site has not had yet."""
    ledger = Ledger()
    return {row["email"] for row in network()["members"] if not ledger.knows("member", row["key"])}


@operation
def _load(wanted: Sequence[Account], lacking: Sequence[Account], hashes: dict[str, str]) -> int:
    """All of it, or nothing."""
    ledger = Ledger()
    load_states(ledger)
    load_authorities(ledger)
    load_members(ledger)
    load_applications(ledger)
    load_notes(ledger)
    load_round(ledger)
    load_threads(ledger)
    if lacking:
        fresh = {account.email: account for account in with_factors(lacking, hashes)}
        # Before the rows count: an account that nobody can sign in to must not stand. Should the
        # rows fail, the next loading takes the same passwords from the file.
        accounts.write([fresh.get(account.email, account) for account in wanted])
    if ledger.added or lacking:
        record_system("demonstration:load", "demonstration", added=ledger.added)
    return ledger.added
