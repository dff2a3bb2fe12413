"""Threads in lists, as the templates show them; and where threads and posts are."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import get_locale, gettext

from forum.core import clock
from forum.directory.models import Authority
from forum.directory.standing import former_roles
from forum.directory.words import former_of
from forum.discussion.models import Post, Thread, ThreadKind
from forum.discussion.queries import latest_replies
from forum.policy import Role
from forum.reference.words import function_label

_LONGEST_SLUG = 60

#: Member and authority, to who that is in words.
Names = Mapping[tuple[int, int], str]


@dataclass(frozen=True)
class ThreadRow:
    """A thread in a list; the fields are explained in `templates/_macros/thread_row.html`."""

    url: str
    title: str
    lang: str
    is_question: bool
    answers: int
    status: str
    mark: str
    subject: str
    by: str
    addressed: Sequence[tuple[str, str, str]]
    last_at: datetime
    last_by: str


def rows_of(threads: Sequence[Thread]) -> list[ThreadRow]:
    """Rows of threads that were got by a query for the reader. Takes two queries more."""
    latest = latest_replies(threads) if threads else {}
    names = names_of([*threads, *latest.values()])
    return [_row(thread, latest.get(thread.id), names) for thread in threads]


def _row(thread: Thread, latest: Post | None, names: Names) -> ThreadRow:
    return ThreadRow(
        url=thread_url(thread),
        title=title_of(thread),
        lang=str(get_locale() or "en") if thread.withdrawn_at else thread.language,
        is_question=thread.kind is ThreadKind.QUESTION,
        answers=thread.reply_count,
        status=thread.status.value,
        mark=thread.mark.value,
        subject=function_label(thread.function) if thread.function else "",
        by=names[thread.author_id, thread.authority_id],
        addressed=addressed_of(thread),
        last_at=thread.last_post_at,
        last_by=names[latest.author_id, latest.authority_id] if latest else "",
    )


def title_of(thread: Thread) -> str:
    """The title; that of a withdrawn thread is shown to nobody."""
    if thread.withdrawn_at is None:
        return thread.title
    return str(gettext("Thread #%(number)s, withdrawn by its author", number=thread.id))


def thread_url(thread: Thread, anchor: str | None = None) -> str:
    """Where a thread is; its words are part of the address where they can be."""
    return url_for(
        "discussion.thread", thread_id=thread.id, slug=slug_of(thread) or None, _anchor=anchor
    )


def post_url(post: Post) -> str:
    """Where a post is in its thread."""
    return thread_url(post.thread, anchor=anchor_of(post))


def anchor_of(post: Post) -> str:
    """The name of a post within its page."""
    return f"post-{post.id}"


def slug_of(thread: Thread) -> str:
    """The title as a part of an address: Latin letters and digits; empty if it has none."""
    if thread.withdrawn_at is not None:
        return ""
    plain = unicodedata.normalize("NFKD", thread.title).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    if len(slug) > _LONGEST_SLUG:
        slug = slug[: _LONGEST_SLUG + 1].rpartition("-")[0] or slug[:_LONGEST_SLUG]
    return slug


def addressed_of(thread: Thread) -> list[tuple[str, str, str]]:
    """The States a thread is addressed to: code, alpha-3 code, name."""
    return [(one.state.code, one.state.alpha3, one.state.name_en) for one in thread.addressed]


def names_of(written: Sequence[Thread | Post]) -> Names:
    """Who wrote these, and for whom: "Nekesa Odari, Kenya"; of who left that authority, as what.
    Takes one query."""
    authors = {(one.author_id, one.authority_id): one for one in written}
    former = former_roles(authors.keys(), clock.now().date()) if authors else {}
    return {
        pair: _person_and_state(one.author.name, one.authority, former.get(pair))
        for pair, one in authors.items()
    }


def _person_and_state(name: str, authority: Authority, former: Role | None) -> str:
    whom = authority.state.name_en if authority.state else gettext("Secretariat")
    words = f"{name}, {whom}"
    return f"{words} · {former_of(former, authority)}" if former else words
