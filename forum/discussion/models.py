"""Boards, threads, posts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.core.db import Base
from forum.directory.models import Authority
from forum.members.models import Member
from forum.policy import Subject
from forum.reference.models import Function, State


class Mark(StrEnum):
    """Handling mark: TLP 2.0, from the loosest to the strictest."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"

    @property
    def strictness(self) -> int:
        """0 for the loosest."""
        return list(Mark).index(self)


class Openers(StrEnum):
    """Who opens threads on a board."""

    MEMBERS = "members"
    NOTICES = "secretariat, State focal points"


class Board(Base):
    """A topic area; every member reads every board."""

    __tablename__ = "boards"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text)
    #: Code of the function it is about; empty: all.
    function_code: Mapped[str | None] = mapped_column(ForeignKey(Function.code))
    function: Mapped[Function | None] = relationship()
    openers: Mapped[Openers] = mapped_column(default=Openers.MEMBERS)
    default_mark: Mapped[Mark] = mapped_column(default=Mark.GREEN)
    legal_references: Mapped[str] = mapped_column(String(200), default="")
    loaded: Mapped[str] = mapped_column(String(64), default="")

    @property
    def subject(self) -> Subject:
        """The board as the rules see it."""
        return Subject(is_for_notices=self.openers is Openers.NOTICES)


class ThreadKind(StrEnum):
    """What a thread is."""

    QUESTION = "question"
    DISCUSSION = "discussion"
    ANNOUNCEMENT = "announcement"


class Audience(StrEnum):
    """Who may see a thread here."""

    NETWORK = "network"
    #: All members of the asking and the addressed States.
    ADDRESSED = "addressed"


class ThreadStatus(StrEnum):
    """How far a thread is."""

    WAITING = "waiting"
    ANSWERED = "answered"
    SOLVED = "solved"
    OPEN = "open"
    CLOSED = "closed"


def _opener(context: Any) -> int:
    """A new thread belongs to its author."""
    number: int = context.get_current_parameters()["author_id"]
    return number


class Thread(Base):
    """A question, a discussion or an announcement."""

    __tablename__ = "threads"
    __table_args__ = (
        Index(None, "board_slug", "last_post_at"),
        UniqueConstraint("author_id", "once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_slug: Mapped[str] = mapped_column(ForeignKey(Board.slug))
    board: Mapped[Board] = relationship()
    kind: Mapped[ThreadKind]
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    function_code: Mapped[str | None] = mapped_column(ForeignKey(Function.code), index=True)
    function: Mapped[Function | None] = relationship()
    author_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    author: Mapped[Member] = relationship(foreign_keys=[author_id])
    #: Whose it is today: told of answers, and the one who accepts them. Whoever opened it, until
    #: somebody takes it over.
    asker_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True, default=_opener)
    asker: Mapped[Member] = relationship(foreign_keys=[asker_id])
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id))
    authority: Mapped[Authority] = relationship()
    audience: Mapped[Audience]
    mark: Mapped[Mark]
    needed_by: Mapped[date | None]
    opened_at: Mapped[datetime]
    last_post_at: Mapped[datetime] = mapped_column(index=True)
    #: Replies that were not withdrawn.
    reply_count: Mapped[int] = mapped_column(default=0)
    solved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: When its opening post was withdrawn; its title is then shown to nobody, and it is closed.
    withdrawn_at: Mapped[datetime | None]
    #: Random, from the form; a form sent twice opens one thread.
    once: Mapped[str] = mapped_column(String(64))

    addressed: Mapped[list["AddressedState"]] = relationship(
        order_by="AddressedState.position", cascade="all, delete-orphan"
    )
    readers: Mapped[list["ThreadReader"]] = relationship(cascade="all, delete-orphan")
    handovers: Mapped[list["Handover"]] = relationship(order_by="Handover.id")

    def asker_at(self, at: datetime) -> int:
        """Number of the member whose it was at that moment."""
        passed = [handover.to_id for handover in self.handovers if handover.at <= at]
        return passed[-1] if passed else self.author_id

    @property
    def status(self) -> ThreadStatus:
        """How far it is, from what happened to it."""
        if self.solved_at is not None:
            return ThreadStatus.SOLVED
        if self.closed_at is not None:
            return ThreadStatus.CLOSED
        if self.kind is not ThreadKind.QUESTION:
            return ThreadStatus.OPEN
        return ThreadStatus.ANSWERED if self.reply_count else ThreadStatus.WAITING

    @property
    def subject(self) -> Subject:
        """The thread as the rules see it."""
        return Subject(
            readers=frozenset(reader.key for reader in self.readers),
            is_open=self.closed_at is None,
            is_question=self.kind is ThreadKind.QUESTION and self.withdrawn_at is None,
            is_withdrawn=self.withdrawn_at is not None,
            author_id=self.author_id,
            asker_id=self.asker_id,
        )


class ThreadReader(Base):
    """A reader key of a thread: whoever holds it may read the thread (`policy.readable_by`)."""

    __tablename__ = "thread_readers"
    __table_args__ = (Index(None, "key", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)


class Handover(Base):
    """That a thread was taken over from a member who left the authority."""

    __tablename__ = "thread_handovers"

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    from_member: Mapped[Member] = relationship(foreign_keys=[from_id], lazy="joined")
    to_id: Mapped[int] = mapped_column(ForeignKey(Member.id))
    to_member: Mapped[Member] = relationship(foreign_keys=[to_id], lazy="joined")
    at: Mapped[datetime]


class AddressedState(Base):
    """A State a question is put to."""

    __tablename__ = "addressed_states"
    __table_args__ = (Index(None, "state_code", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id), primary_key=True)
    state_code: Mapped[str] = mapped_column(ForeignKey(State.code), primary_key=True)
    position: Mapped[int]
    state: Mapped[State] = relationship()


class Post(Base):
    """What one member wrote: the opening post of a thread, or a reply to it."""

    __tablename__ = "posts"
    __table_args__ = (
        Index(None, "thread_id", "id"),
        UniqueConstraint("author_id", "once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id))
    thread: Mapped[Thread] = relationship()
    is_opening: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int] = mapped_column(ForeignKey(Member.id), index=True)
    author: Mapped[Member] = relationship()
    #: Authority and post of the author on that day.
    authority_id: Mapped[int] = mapped_column(ForeignKey(Authority.id))
    authority: Mapped[Authority] = relationship()
    author_post: Mapped[str] = mapped_column(String(200))
    #: When and how the author's account had been vetted by then; empty where it is not known.
    author_vetted_at: Mapped[datetime | None]
    author_vetted_how: Mapped[str] = mapped_column(
        String(200), default="", server_default=text("''")
    )
    #: When the authority had last confirmed the author by then, and since when the author might speak
    #: for it; None where it is not known, or nobody had said so.
    author_confirmed_at: Mapped[datetime | None]
    author_may_speak_since: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(8), default="en")
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    #: Version of the renderer that made `html`.
    renderer: Mapped[int] = mapped_column(index=True)
    posted_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    #: Random, from the form; a form sent twice makes one post.
    once: Mapped[str] = mapped_column(String(64))

    @property
    def version(self) -> str:
        """Changes with every edit, so that a form can tell whether it began with this text."""
        return (self.edited_at or self.posted_at).isoformat()

    @property
    def subject(self) -> Subject:
        """The post as the rules see it."""
        thread = self.thread.subject
        return Subject(
            readers=thread.readers,
            is_open=thread.is_open,
            is_question=thread.is_question,
            is_withdrawn=self.withdrawn_at is not None,
            is_opening=self.is_opening,
            author_id=self.author_id,
            asker_id=thread.asker_id,
        )


class Revision(Base):
    """What a post said before it was edited."""

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey(Post.id), index=True)
    post: Mapped[Post] = relationship()
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    renderer: Mapped[int]
    #: When this text was written, and when the next one took its place.
    written_at: Mapped[datetime]
    replaced_at: Mapped[datetime]


class ReadMark(Base):
    """Up to which post a member has dealt with a thread, by their own word."""

    __tablename__ = "read_marks"

    member_id: Mapped[int] = mapped_column(ForeignKey(Member.id), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey(Thread.id), primary_key=True)
    post_id: Mapped[int]
