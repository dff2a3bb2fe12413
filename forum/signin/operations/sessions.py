"""Open sessions: resumed, opened, renewed, ended."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.events import announce
from forum.core.secrets import digest, new_token
from forum.core.sessions import Kept
from forum.members.models import Member
from forum.members.operations import note_sign_in
from forum.policy import ANONYMOUS, Actor
from forum.signin.events import SessionOpened
from forum.signin.models import OpenSession
from forum.signin.queries import is_alive, is_lapsed, open_session_under

#: `seen_at` is written at most this often.
_SEEN_EVERY: Final = timedelta(minutes=1)
_LONGEST_AGENT: Final = 200


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
        # What was being written is kept, whether time or somebody else ended the session.
        lapsed_member_id=None if alive else session.member_id,
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
    if session is None and _begins(token_digest, kept):
        return
    session = session or open_session_under(token_digest)
    if session is not None:
        session.kept = kept


def _begins(token_digest: str, kept: str) -> bool:
    """Add a visitor's row; False if another request of the same browser was faster."""
    now = clock.now()
    session = OpenSession(token_digest=token_digest, opened_at=now, seen_at=now, kept=kept)
    try:
        with db.session.begin_nested():
            db.session.add(session)
    except IntegrityError:
        return False
    return True


def open_session(member: Member, agent: str, browser: str) -> str:
    """Open a session for a member who proved both factors, in place of what the browser had.

    Gives its token; inside the operation in hand.
    """
    forget_browser(browser)
    token = new_token()
    session = OpenSession(
        token_digest=digest(token),
        member_id=member.id,
        opened_at=clock.now(),
        seen_at=clock.now(),
        confirmed_at=clock.now(),
        device=agent[:_LONGEST_AGENT],
    )
    db.session.add(session)
    db.session.flush()
    note_sign_in(member.id)
    announce(SessionOpened(session.id, member.id))
    return token


def renew_session(session_id: int) -> str | None:
    """A new token for the same session, both factors having been proved again; None if it ended.

    Inside the operation in hand.
    """
    token = new_token()
    renewed = db.session.scalar(
        update(OpenSession)
        .where(OpenSession.id == session_id, OpenSession.ended_at.is_(None))
        .values(token_digest=digest(token), confirmed_at=clock.now(), seen_at=clock.now())
        .returning(OpenSession.id)
    )
    return None if renewed is None else token


@operation
def forget_browser(browser: str) -> None:
    """Delete what is kept under a browser's token: it gets a new one."""
    db.session.execute(delete(OpenSession).where(OpenSession.token_digest == digest(browser)))


@operation
def close_session(actor: Actor, browser: str) -> None:
    """Sign out: the record goes, and its token is worth nothing any more."""
    session = open_session_under(digest(browser))
    if session is None:
        return
    if session.member_id is not None:
        record(actor, "session:close", f"session:{session.id}")
    db.session.delete(session)


@operation
def end_sessions_of(member_id: int) -> None:
    """End all sessions of a member at once."""
    ended = db.session.scalars(
        update(OpenSession)
        .where(OpenSession.member_id == member_id, OpenSession.ended_at.is_(None))
        .values(ended_at=clock.now(), kept="{}")
        .returning(OpenSession.id)
    ).all()
    if ended:
        record(ANONYMOUS, "session:end", f"member:{member_id}", details={"sessions": sorted(ended)})


@operation
def mark_as_staff(session_id: int) -> None:
    """Let a session end as early as those of moderators do."""
    session = db.session.get(OpenSession, session_id)
    if session is not None:
        session.is_staff = True
