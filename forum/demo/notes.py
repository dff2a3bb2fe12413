"""The notes by which the invented States named their focal points."""

from forum.core.db import db
from forum.core.mailbox import mailbox_key
from forum.core.secrets import new_token
from forum.demo.files import Ledger, Row, day_ago, moment_ago, network
from forum.demo.network import authority_ids
from forum.demo.people import members
from forum.vetting.models import Naming, NamingStatus


def load_notes(ledger: Ledger) -> None:
    """Add the record of notes; one still waits for a second moderator."""
    people = members()
    by_mailbox = {member.email_key: member.id for member in people.values()}
    authorities = authority_ids()
    for row in ledger.new("note", network()["focal_points"]):
        naming = _naming(row, authorities[row["authority"]])
        naming.registered_by_id = people[row["registered"]["by"]].id
        if confirmed := row["confirmed"]:
            naming.status = NamingStatus.CONFIRMED
            naming.decided_by_id = people[confirmed["by"]].id
            naming.decided_at = moment_ago(confirmed["days_ago"])
            naming.member_id = by_mailbox[naming.email_key]
        db.session.add(naming)
    db.session.flush()


def _naming(row: Row, authority_id: int) -> Naming:
    return Naming(
        state_code=row["state"],
        authority_id=authority_id,
        name=row["name"],
        post=row["post"],
        email=row["email"],
        email_key=mailbox_key(row["email"]),
        languages=row["languages"],
        note_reference=row["reference"],
        note_dated_on=day_ago(row["dated_days_ago"]),
        from_on=day_ago(row["from_days_ago"]),
        once=new_token(),
        registered_at=moment_ago(row["registered"]["days_ago"]),
    )
