"""Open sessions: resumed, opened, renewed, ended."""

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import ReturningUpdate

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, NotFound
from forum.core.events import announce
from forum.core.secrets import digest, new_token
from forum.core.sessions import Kept
from forum.core.typed import N_
from forum.members.models import Member
from forum.members.operations import note_sign_in
from forum.policy import ANONYMOUS, Actor
from forum.signin.events import SessionOpened
from forum.signin.models import OpenSession
from forum.signin.queries import is_alive, is_lapsed, member_of, open_session_under

#: `seen_at` is written at most this often.
_SEEN_EVERY: Final = timedelta(minutes=1)
_LONGEST_AGENT: Final = 200

_ENDED: Final = N_("This session was ended meanwhile, so nothing was changed. Sign in again.")
_THIS_ONE: Final = N_("This is the session you are using. Sign out to end it.")


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
    if session is None and begins(token_digest, kept):
        return
    session = session or open_session_under(token_digest)
    if session is not None:
        session.kept = kept


def begins(token_digest: str, kept: str) -> bool:
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
    ended = db.session.scalars(_ending(OpenSession.member_id == member_id)).all()
    if ended:
        record(ANONYMOUS, "session:end", f"member:{member_id}", details={"sessions": sorted(ended)})


def hold_session(actor: Actor, session_id: int) -> None:
    """Let the actor's session stay open until the operation in hand ends, whatever another does.

    Of two sessions that end each other at once, one wins. Raises Conflict if this one has ended.
    """
    db.session.execute(select(Member.id).where(Member.id == actor.id).with_for_update())
    session = db.session.get(OpenSession, session_id, populate_existing=True)
    if session is None or session.member_id != actor.id or session.ended_at is not None:
        raise Conflict(_ENDED)


def member_in_session(actor: Actor, session_id: int) -> Member:
    """The actor's row, with the session held open as `hold_session` does."""
    hold_session(actor, session_id)
    return member_of(actor)


@operation
def end_session(actor: Actor, here: int, session_id: int) -> bool:
    """End one of the actor's sessions from another of them; False if it had ended already.

    Raises NotFound if it was never the actor's, or is long gone.
    """
    hold_session(actor, here)
    if session_id == here:
        raise Conflict(_THIS_ONE)
    ended = db.session.scalar(
        _ending(OpenSession.id == session_id, OpenSession.member_id == actor.id)
    )
    if ended is None:
        known = db.session.get(OpenSession, session_id)
        if known is None or known.member_id != actor.id:
            raise NotFound(f"session {session_id}")
        return False
    record(actor, "session:end", f"session:{session_id}")
    return True


@operation
def end_other_sessions(actor: Actor, here: int) -> int:
    """End all sessions of the actor but this one; how many there were."""
    hold_session(actor, here)
    ended = db.session.scalars(
        _ending(OpenSession.member_id == actor.id, OpenSession.id != here)
    ).all()
    if ended:
        details: dict[str, object] = {"sessions": sorted(ended), "but": here}
        record(actor, "session:end", f"member:{actor.id}", details=details)
    return len(ended)


def _ending(*which: ColumnElement[bool]) -> ReturningUpdate[tuple[int]]:
    return (
        update(OpenSession)
        .where(*which, OpenSession.ended_at.is_(None))
        .values(ended_at=clock.now(), kept="{}")
        .returning(OpenSession.id)
    )


@operation
def mark_as_staff(session_id: int) -> None:
    """Let a session end as early as those of moderators do."""
    session = db.session.get(OpenSession, session_id)
    if session is not None:
        session.is_staff = True
