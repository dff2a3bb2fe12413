"""Proving oneself, and the sessions that come of it."""

from datetime import timedelta
from typing import Final

from forum.core import clock
from forum.core.db import db, operation
from forum.core.sessions import Kept
from forum.signin.models import OpenSession
from forum.signin.queries import is_alive, is_lapsed, open_session_under

#: `seen_at` is written at most this often.
_SEEN_EVERY: Final = timedelta(minutes=1)


def resume_session(token_digest: str) -> Kept | None:
    """What is kept under a token; a session in use is noted as seen."""
    session = open_session_under(token_digest)
    if session is None:
        return None
    alive = is_alive(session)
    lapsed = session.ended_at is None and session.member_id is not None and is_lapsed(session)
    kept = Kept(
        id=session.id,
        member_id=session.member_id if alive else None,
        lapsed_member_id=session.member_id if lapsed else None,
        confirmed_at=session.confirmed_at,
        kept=session.kept if session.ended_at is None and not lapsed else "{}",
    )
    if alive and clock.now() - session.seen_at >= _SEEN_EVERY:
        _note_seen(session.id)
    return kept


@operation
def _note_seen(session_id: int) -> None:
    session = db.session.get(OpenSession, session_id)
    if session is not None:
        session.seen_at = clock.now()


@operation
def keep_state(token_digest: str, kept: str) -> None:
    """Keep JSON under a token; a visitor gets a row by this."""
    session = open_session_under(token_digest)
    if session is None:
        session = OpenSession(token_digest=token_digest, opened_at=clock.now(), seen_at=clock.now())
        db.session.add(session)
    session.kept = kept
