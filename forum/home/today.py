"""What Today shows, ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask_babel import format_datetime

from forum.attestation import queries as attestation
from forum.core import clock
from forum.directory import words
from forum.directory.cards import entry_url
from forum.directory.queries import own_office
from forum.discussion.models import Thread
from forum.discussion.shown import (
    Names,
    ThreadRow,
    names_of,
    post_url,
    rows_of,
    thread_url,
    title_of,
)
from forum.discussion.waiting import NewReplies, latest_for, replies_to, waiting_for
from forum.leaving.queries import handed_over_count
from forum.mailboxes import review as mailboxes
from forum.policy import Actor
from forum.recovery.queries import asked_count
from forum.recovery.queries import waiting_count as recoveries_waiting
from forum.reference.words import function_label
from forum.vetting.focal_points import unconfirmed_count
from forum.vetting.objections import open_count
from forum.vetting.queries import waiting_count
from forum.vetting.questions import unanswered_count
from forum.web.templating import zone_label

#: Of what waits, so many are shown; the rest is counted and linked to.
_SHOWN: Final = 20
_LATE_DAYS: Final = 5


@dataclass(frozen=True)
class Waiting:
    """A question that waits for the reader's authority, or a thread of the reader's with replies."""

    url: str
    title: str
    lang: str
    mark: str
    subject: str
    #: Who asked or answered last.
    by: str
    #: Days waited, or replies not read.
    count: int
    is_late: bool = False
    needed_by: date | None = None


@dataclass(frozen=True)
class Entry:
    """The entry of the reader's authority in the directory."""

    url: str
    freshness: tuple[str, str]


@dataclass(frozen=True)
class Today:
    """The page."""

    authority: str
    #: "Arvenia", or None for the Secretariat.
    state: str | None
    #: "Wednesday, 25 November 2026, 13:20 in Brussels (UTC+1)".
    now: str
    questions: Sequence[Waiting]
    replies: Sequence[Waiting]
    #: How many there are, those not shown included.
    question_count: int
    reply_count: int
    applications: int
    #: For moderators: objections to admissions, notes that name a focal point, lost second factors.
    objections: int
    notes: int
    recoveries: int
    #: Applicants of whom the reader is asked whether they are known.
    applicants: int
    #: Changes of e-mail that wait for the reader's approval.
    mailboxes: int
    #: Colleagues who lost their second factor and wait for the word of somebody beside them.
    colleagues: int
    #: Members who wait to be confirmed: by the reader at the desk, and by the Secretariat.
    to_confirm: int
    for_secretariat: int
    #: Unsent texts that somebody who left handed over.
    texts: int
    latest: Sequence[ThreadRow]
    entry: Entry | None

    @property
    def total(self) -> int:
        """How many things need the reader."""
        for_moderators = self.applications + self.objections + self.notes + self.recoveries
        for_others = self.applicants + self.mailboxes + self.colleagues
        to_confirm = self.to_confirm + self.for_secretariat
        own = self.question_count + self.reply_count + self.texts
        return own + for_moderators + for_others + to_confirm


def today_for(actor: Actor) -> Today:
    """What needs the member now, and what is new. Takes a fixed number of queries."""
    at, standing = clock.now(), actor.main
    questions, replies, applications = waiting_for(actor), replies_to(actor), waiting_count(actor)
    asked, answered = questions[:_SHOWN], replies[:_SHOWN]
    names = names_of([*asked, *(found.latest for found in answered)])
    return Today(
        authority=standing.authority if standing else "",
        state=standing.state_name if standing else None,
        now=f"{format_datetime(at, 'EEEE, d MMMM y, HH:mm')}, {zone_label(actor.zone, at)}",
        questions=[_question(thread, at, names) for thread in asked],
        replies=[_reply(found, names) for found in answered],
        question_count=len(questions),
        reply_count=len(replies),
        applications=applications,
        objections=open_count(actor),
        notes=unconfirmed_count(actor),
        recoveries=recoveries_waiting(actor),
        applicants=unanswered_count(actor),
        mailboxes=mailboxes.waiting_count(actor),
        colleagues=asked_count(actor),
        to_confirm=attestation.asked_count(actor),
        for_secretariat=attestation.secretariat_count(actor),
        texts=handed_over_count(actor),
        latest=rows_of(latest_for(actor)),
        entry=_entry(actor, at),
    )


def _question(thread: Thread, at: datetime, names: Names) -> Waiting:
    days = (at.date() - thread.opened_at.date()).days
    is_overdue = thread.needed_by is not None and thread.needed_by < at.date()
    return Waiting(
        url=thread_url(thread),
        title=title_of(thread),
        lang=thread.language,
        mark=thread.mark.value,
        subject=function_label(thread.function) if thread.function else "",
        by=names[thread.author_id, thread.authority_id],
        count=days,
        is_late=is_overdue or days >= _LATE_DAYS,
        needed_by=thread.needed_by,
    )


def _reply(found: NewReplies, names: Names) -> Waiting:
    thread = found.thread
    return Waiting(
        url=post_url(found.latest),
        title=title_of(thread),
        lang=thread.language,
        mark=thread.mark.value,
        subject=function_label(thread.function) if thread.function else "",
        by=names[found.latest.author_id, found.latest.authority_id],
        count=found.count,
    )


def _entry(actor: Actor, at: datetime) -> Entry | None:
    office = own_office(actor)
    url = entry_url(office) if office else None
    return Entry(url, words.freshness(office, at)) if office and url else None
