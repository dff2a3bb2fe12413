"""One-time links: for one member and one purpose, stored as a digest, spent once."""

import json
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import update

from forum.core import clock
from forum.core.db import db
from forum.core.secrets import digest, new_token
from forum.core.services import services
from forum.signin.models import LinkPurpose, OneTimeLink
from forum.signin.queries import Progress


def make_link(member_id: int, purpose: LinkPurpose, lasts: timedelta) -> tuple[str, int]:
    """A new link in place of older ones for the same purpose: its token, and its number."""
    kill_links(member_id, purpose)
    token, now = new_token(), clock.now()
    link = OneTimeLink(
        token_digest=digest(token),
        purpose=purpose,
        member_id=member_id,
        made_at=now,
        expires_at=now + lasts,
    )
    db.session.add(link)
    db.session.flush()
    return token, link.id


def kill_links(member_id: int, *purposes: LinkPurpose) -> None:
    """Let the member's links for these purposes be worth nothing any more."""
    db.session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.member_id == member_id,
            OneTimeLink.purpose.in_(purposes),
            OneTimeLink.spent_at.is_(None),
            OneTimeLink.replaced_at.is_(None),
        )
        .values(replaced_at=clock.now(), sealed_progress=None)
    )


def spends_link(link: OneTimeLink) -> bool:
    """Spend the link; of two who come at once, one does."""
    spent = db.session.scalar(
        update(OneTimeLink)
        .where(
            OneTimeLink.id == link.id,
            OneTimeLink.spent_at.is_(None),
            OneTimeLink.replaced_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
        )
        .values(spent_at=clock.now())
        .returning(OneTimeLink.id)
        .execution_options(synchronize_session=False)
    )
    return spent is not None


def keep_progress(link: OneTimeLink, progress: Progress) -> None:
    """Keep what one browser has so far behind the link."""
    link.sealed_progress = services().cipher.seal(json.dumps(asdict(progress)))
