"""Rows for tests: valid unless told otherwise.

Each runs in a context of its own of the app that the `app` fixture made, and gives back a row whose
columns are loaded and that belongs to no session. Times are around NOW unless the test says more.
"""

import functools
import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.attestation.models import Attestation, Round, RoundKind
from forum.core import clock
from forum.core.db import db, operation
from forum.core.mailbox import mailbox_key
from forum.core.secrets import digest, new_reference, new_token
from forum.core.services import services
from forum.core.text import RENDERER, render
from forum.directory.models import (
    Authority,
    ContactKind,
    ContactPoint,
    ContactPurpose,
    Designation,
    HostKind,
    OfficeHours,
    Representation,
    Visibility,
)
from forum.directory.standing import actor_for
from forum.discussion.models import (
    AddressedState,
    Audience,
    Board,
    Mark,
    Post,
    Thread,
    ThreadKind,
    ThreadReader,
)
from forum.mailboxes.models import ChangeStatus, MailboxChange
from forum.members import house_rules
from forum.members.models import Member, MemberStatus
from forum.owndata.models import Erasure
from forum.policy import NETWORK, Actor, Role, state_key
from forum.recovery.models import RecoveryCase, RecoveryStatus, Witness
from forum.reference.models import State
from forum.signin.models import Credential, SecondFactor
from forum.signin.operations.sessions import open_session
from forum.vetting.models import (
    Answer,
    Application,
    ApplicationStatus,
    Naming,
    Objection,
    Vouching,
)
from forum.web.session import ServerSideSessions

P = ParamSpec("P")
R = TypeVar("R")

MLA, EXTRADITION, TRANSFER, SEA = "UNTOC-18-MLA", "UNTOC-16-EXT", "UNTOC-17-TSP", "SOM-8-SEA"
PASSWORD = "a lamp beside the harbour wall"
#: TOTP secret of every member made here; an independent program computes the codes.
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

_app: Flask | None = None
_numbers = itertools.count(1)


def use(app: Flask) -> None:
    """Make rows in this app's database from now on; the `app` fixture calls it."""
    global _app
    _app = app


def made(factory: Callable[P, R]) -> Callable[P, R]:
    """Run in a context and a transaction of its own; give the row back loaded and detached."""

    @functools.wraps(factory)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        assert _app is not None, "use the `app` fixture"
        with _app.app_context():
            row = operation(factory)(*args, **kwargs)
            if isinstance(row, Actor | str):
                return row
            db.session.refresh(row)
            db.session.expunge_all()
            return row

    return run


def _number() -> int:
    return next(_numbers)


@made
def a_state(code: str = "QM", name: str = "Arvenia", **more: Any) -> State:
    """An invented State; the same code gives the same State."""
    found = db.session.get(State, code)
    if found is None:
        found = State(code=code, alpha3=code + "A", name_en=name, zone="Europe/Brussels", **more)
        db.session.add(found)
        db.session.flush()
    return found


@made
def an_authority(
    state: str | None = "QM",
    *functions: str,
    name: str = "",
    zone: str = "Europe/Brussels",
    visibility: Visibility = Visibility.MEMBERS,
    email: str = "",
    hours: Sequence[tuple[int, int, int]] = tuple((day, 540, 1020) for day in range(5)),
    scope: dict[str, str] | None = None,
    **more: Any,
) -> Authority:
    """A directory entry designated for `functions` since long ago, with a mailbox and a telephone."""
    number = _number()
    if state is not None and db.session.get(State, state) is None:
        row = State(code=state, alpha3=state + "A", name_en=f"State {state}", zone=zone)
        db.session.add(row)
        db.session.flush()
    authority = Authority(
        state_code=state,
        slug=f"authority-{number}",
        name=name or f"Authority {number}",
        name_en=name or f"Authority {number}",
        host_kind=HostKind.JUSTICE if state else HostKind.SECRETARIAT,
        zone=zone,
        visibility=visibility,
        updated_at=clock.now(),
        confirmed_at=clock.now(),
        contacts=[
            ContactPoint(
                position=0,
                kind=ContactKind.EMAIL,
                value=email or f"office@authority-{number}.example",
                visibility=visibility,
            ),
            ContactPoint(
                position=1,
                kind=ContactKind.PHONE,
                purpose=ContactPurpose.MAIN,
                value=f"+000 555 {number:04}",
                visibility=visibility,
            ),
        ],
        hours=[OfficeHours(day=day, start=start, end=end) for day, start, end in hours],
        designations=[
            Designation(function_code=code, from_on=date(2015, 1, 1), **(scope or {}))
            for code in functions
        ],
        **more,
    )
    db.session.add(authority)
    db.session.flush()
    return authority


def the_secretariat() -> Authority:
    """The authority that moderators represent."""
    found = _the_secretariat()
    return found if found is not None else an_authority(None, name="Secretariat")


@made
def _the_secretariat() -> Any:
    found = db.session.query(Authority).filter_by(host_kind=HostKind.SECRETARIAT).first()
    return found if found is not None else ""


def a_member(
    authority: Authority | None = None,
    role: Role = Role.OFFICER,
    **more: Any,
) -> Member:
    """An active member who represents an authority and has both factors."""
    if authority is None:
        authority = the_secretariat_or_other(role)
    return _a_member(authority.id, role, **more)


def the_secretariat_or_other(role: Role) -> Authority:
    """Where somebody with that role works."""
    if role is not Role.MODERATOR:
        return an_authority("QM", MLA)
    found = _the_secretariat()
    return found if isinstance(found, Authority) else an_authority(None, name="Secretariat")


@made
def _a_member(
    authority_id: int | None,
    role: Role,
    *,
    email: str = "",
    status: MemberStatus = MemberStatus.ACTIVE,
    since: date = date(2024, 3, 1),
    until: date | None = None,
    **more: Any,
) -> Member:
    number = _number()
    email = email or f"officer-{number}@authority.example"
    facts: dict[str, Any] = {
        "name": f"Officer {number}",
        "post": "Legal officer",
        "zone": "Europe/Brussels",
        "languages": ["en", "fr"],
        "created_at": clock.now() - timedelta(days=30),
        "activated_at": None
        if status is MemberStatus.PENDING
        else clock.now() - timedelta(days=29),
        "rules_version": None if status is MemberStatus.PENDING else house_rules.in_force(),
        "rules_accepted_at": None if status is MemberStatus.PENDING else clock.now(),
        **more,
    }
    member = Member(email=email, email_key=mailbox_key(email), status=status, **facts)
    db.session.add(member)
    db.session.flush()
    db.session.add(
        Representation(
            member_id=member.id,
            authority_id=authority_id,
            role=role,
            from_on=since,
            until_on=until,
        )
    )
    if status is not MemberStatus.PENDING:
        db.session.add(
            Credential(member_id=member.id, password_hash=_password_hash(), changed_at=clock.now())
        )
        db.session.add(
            SecondFactor(
                member_id=member.id,
                sealed_secret=services().cipher.seal(TOTP_SECRET),
                proved_at=clock.now(),
            )
        )
    db.session.flush()
    return member


@functools.cache
def _password_hash() -> str:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)


def a_moderator(**more: Any) -> Member:
    """A member who represents the Secretariat."""
    return a_member(role=Role.MODERATOR, **more)


@made
def actor_of(member: Member) -> Actor:
    """The member as the rules see them."""
    return actor_for(member.id)


@made
def a_board(slug: str = "mla-drafting", **more: Any) -> Board:
    """A board; the same slug gives the same board."""
    found = db.session.get(Board, slug)
    if found is None:
        found = Board(slug=slug, position=99, title=slug.title(), description="About it.", **more)
        db.session.add(found)
        db.session.flush()
    return found


def a_thread(
    author: Member | None = None,
    *,
    to: Sequence[str] = (),
    board: str = "mla-drafting",
    **more: Any,
) -> Thread:
    """A question with its opening post; `to` are codes of the States addressed."""
    author = author or a_member()
    a_board(board)
    for code in to:
        a_state(code, name=f"State {code}")
    return _a_thread(author.id, tuple(to), board, **more)


@made
def _a_thread(
    author_id: int,
    to: tuple[str, ...],
    board: str,
    *,
    audience: Audience = Audience.NETWORK,
    title: str = "How much fact is enough?",
    source: str = "We would like to know.",
    at: datetime | None = None,
    function_code: str | None = MLA,
    kind: ThreadKind = ThreadKind.QUESTION,
    **more: Any,
) -> Thread:
    at = at or clock.now()
    standing = actor_for(author_id).main
    assert standing is not None
    keys = {NETWORK}
    if audience is Audience.ADDRESSED:
        keys = {state_key(code) for code in (*to, standing.state) if code}
    thread = Thread(
        board_slug=board,
        kind=kind,
        title=title,
        function_code=function_code,
        author_id=author_id,
        authority_id=standing.authority_id,
        audience=audience,
        mark=Mark.AMBER if audience is Audience.ADDRESSED else Mark.GREEN,
        opened_at=at,
        last_post_at=at,
        once=new_token(),
        addressed=[
            AddressedState(state_code=code, position=place) for place, code in enumerate(to)
        ],
        readers=[ThreadReader(key=key) for key in sorted(keys)],
        **more,
    )
    db.session.add(thread)
    db.session.flush()
    db.session.add(_post(thread, author_id, standing.authority_id, source, at, is_opening=True))
    db.session.flush()
    return thread


@made
def a_post(
    thread: Thread,
    author: Member,
    source: str = "We do it so.",
    at: datetime | None = None,
    **more: Any,
) -> Post:
    """A reply."""
    standing = actor_for(author.id).main
    assert standing is not None
    row = db.session.get(Thread, thread.id)
    assert row is not None
    at = at or clock.now()
    post = _post(row, author.id, standing.authority_id, source, at, **more)
    db.session.add(post)
    row.last_post_at = at
    if post.withdrawn_at is None:
        row.reply_count += 1
    db.session.flush()
    return post


def _post(
    thread: Thread, author_id: int, authority_id: int, source: str, at: datetime, **more: Any
) -> Post:
    return Post(
        thread_id=thread.id,
        author_id=author_id,
        authority_id=authority_id,
        author_post="Legal officer",
        source=source,
        html=render(source),
        renderer=RENDERER,
        posted_at=at,
        once=new_token(),
        **more,
    )


def an_application(authority: Authority | None = None, **more: Any) -> Application:
    """An application whose mailbox is not proved yet."""
    authority = authority or an_authority("QM", MLA)
    return _an_application(authority.state_code or "QM", **{"authority_id": authority.id, **more})


@made
def _an_application(state: str, **more: Any) -> Application:
    number = _number()
    facts: dict[str, Any] = {
        "name": f"Applicant {number}",
        "post": "Case officer",
        "email": f"applicant-{number}@authority.example",
        "languages": ["en"],
        "reason": "I answer requests.",
        "status": ApplicationStatus.SENT,
        "sent_at": clock.now(),
        "words": "amber bridge candle",
        "mailbox_token_expires_at": clock.now() + timedelta(days=7),
        **more,
    }
    application = Application(
        state_code=state,
        reference_digest=digest(new_reference()),
        mailbox_token_digest=digest(new_token()),
        email_key=mailbox_key(facts["email"]),
        **facts,
    )
    db.session.add(application)
    db.session.flush()
    return application


@made
def a_word(
    application: Application, member: Member, answer: Answer = Answer.KNOWN, **more: Any
) -> Vouching:
    """What a head said of an applicant."""
    word = Vouching(
        application_id=application.id,
        by_id=member.id,
        **{"role": Role.HEAD, "answer": answer, "at": clock.now(), **more},
    )
    db.session.add(word)
    db.session.flush()
    return word


@made
def a_naming(authority: Authority, **more: Any) -> Naming:
    """A note verbale that names a focal point in an authority; it waits to be confirmed."""
    number = _number()
    facts: dict[str, Any] = {
        "name": f"Focal point {number}",
        "post": "Head of division",
        "email": f"focal-{number}@authority.example",
        "note_reference": f"NV/{number}",
        "note_dated_on": date(2026, 11, 2),
        "from_on": date(2026, 11, 9),
        **more,
    }
    if "registered_by_id" not in facts:
        facts["registered_by_id"] = _any_moderator()
    naming = Naming(
        state_code=authority.state_code,
        authority_id=authority.id,
        email_key=mailbox_key(facts["email"]),
        languages=["en"],
        once=new_token(),
        registered_at=clock.now(),
        **facts,
    )
    db.session.add(naming)
    db.session.flush()
    return naming


def _any_moderator() -> int:
    found = select(Representation.member_id).where(Representation.role == Role.MODERATOR)
    number = db.session.scalars(found).first()
    assert number is not None, "make a moderator first, or say who registered it"
    return number


@made
def an_objection(member: Member, head: Member, **more: Any) -> Objection:
    """A head's objection to the admission of a member."""
    authority_id = db.session.scalars(
        select(Representation.authority_id).where(Representation.member_id == head.id)
    ).one()
    objection = Objection(
        member_id=member.id,
        authority_id=authority_id,
        by_id=head.id,
        **{"role": Role.HEAD, "at": clock.now(), "reason": "Not one of ours.", **more},
    )
    db.session.add(objection)
    db.session.get_one(Member, member.id).objected_at = clock.now()
    db.session.flush()
    return objection


@made
def a_mailbox_change(member: Member, **more: Any) -> MailboxChange:
    """A change of e-mail whose new mailbox was proved; it waits for approval."""
    facts: dict[str, Any] = {
        "address": f"new-{_number()}@authority.example",
        "status": ChangeStatus.PROVED,
        "asked_at": clock.now(),
        "prove_by": clock.now() + timedelta(hours=24),
        "proved_at": clock.now(),
        "decide_by": clock.now() + timedelta(days=14),
        **more,
    }
    change = MailboxChange(member_id=member.id, **facts)
    db.session.add(change)
    db.session.flush()
    return change


def a_recovery(
    member: Member | None = None,
    status: RecoveryStatus = RecoveryStatus.BEGUN,
    *,
    reference: str = "",
    **more: Any,
) -> RecoveryCase:
    """A case of a member who lost the second factor, as far as `status` says."""
    return _a_recovery((member or a_member()).id, status, reference or new_reference(), **more)


@made
def _a_recovery(
    member_id: int, status: RecoveryStatus, reference: str, **more: Any
) -> RecoveryCase:
    standing = actor_for(member_id).main
    assert standing is not None
    now = clock.now()
    case = RecoveryCase(
        reference_digest=digest(reference),
        member_id=member_id,
        **{
            "authority_id": standing.authority_id,
            "witness": Witness.COLLEAGUE,
            "status": status,
            "words": "amber bridge candle",
            "is_stolen": False,
            "begun_at": now,
            "expires_at": now + timedelta(days=14),
            **more,
        },
    )
    db.session.add(case)
    db.session.get_one(Member, member_id).recovering_since = None if case.ended_at else now
    db.session.flush()
    return case


@made
def an_attestation(member: Member, **more: Any) -> Attestation:
    """A question about the only representation of a member, asked now in a round of its kind."""
    held = db.session.scalars(
        select(Representation).where(Representation.member_id == member.id)
    ).one()
    kind = RoundKind.MODERATORS if held.role is Role.MODERATOR else RoundKind.MEMBERS
    begins_on = date(2026, 9, 1)
    found = db.session.scalar(select(Round).where(Round.kind == kind, Round.begins_on == begins_on))
    if found is None:
        found = Round(kind=kind, begins_on=begins_on, opened_at=clock.now(), filled_at=clock.now())
        db.session.add(found)
        db.session.flush()
    question = Attestation(
        round_id=found.id, representation_id=held.id, **{"asked_at": clock.now(), **more}
    )
    db.session.add(question)
    db.session.flush()
    return question


@made
def an_erasure(member: Member, **more: Any) -> Erasure:
    """A member's wish to be erased."""
    erasure = Erasure(member_id=member.id, **{"asked_at": clock.now(), **more})
    db.session.add(erasure)
    db.session.flush()
    return erasure


def sign_in(client: FlaskClient, member: Member) -> None:
    """Let a browser be one in which the member signed in a moment ago.

    Without typing password and code: tests/signin does that, and the journeys.
    """
    sessions = client.application.session_interface
    assert isinstance(sessions, ServerSideSessions)
    client.set_cookie("session", sessions.signed(client.application, _a_session(member)))


@made
def _a_session(member: Member) -> str:
    return open_session(member, "Tests/1.0", browser="")
