"""Unsent texts, as whoever leaves and whoever takes over see them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from forum.core.db import db
from forum.core.errors import NotFound
from forum.directory.models import Representation
from forum.directory.standing import actor_for
from forum.discussion.models import Thread
from forum.discussion.queries import is_readable_by
from forum.drafts.models import KeptForm
from forum.drafts.queries import fields_of, handed_over_to, kept_forms_of
from forum.policy import Actor

#: What is written into threads is sent to one of these; nothing else is handed over.
_NEW_THREAD: Final = "/threads/new"
_REPLY: Final = re.compile(r"/threads/(\d+)/replies")
_EXCERPT: Final = 160


@dataclass(frozen=True)
class Unsent:
    """A text that was not sent yet."""

    id: int
    #: The thread that it answers; None: it would open one.
    thread: Thread | None
    #: How it begins, or its title.
    excerpt: str
    expires_at: datetime


def unsent_of(actor: Actor, held: Representation) -> list[Unsent]:
    """The leaver's own unsent texts that the successor proposed could take up."""
    if held.successor_id is None:
        return []
    return _shown(kept_forms_of(actor), actor, actor_for(held.successor_id))


def to_hand_over(actor: Actor, held: Representation, form_id: int) -> int:
    """The number of the successor, who can take up that text of the leaver's. Raises NotFound."""
    if held.successor_id is None or form_id not in {one.id for one in unsent_of(actor, held)}:
        raise NotFound(f"kept form {form_id}")
    return held.successor_id


def handed_over(actor: Actor) -> list[Unsent]:
    """Texts that others handed over to the actor, to be taken up."""
    return _shown(handed_over_to(actor), actor)


def text_to_take_up(actor: Actor, form_id: int) -> Unsent:
    """One of these. Raises NotFound."""
    for text in handed_over(actor):
        if text.id == form_id:
            return text
    raise NotFound(f"kept form {form_id}")


def handed_over_count(actor: Actor) -> int:
    """How many there are."""
    return len(handed_over(actor))


def _shown(forms: Sequence[KeptForm], *readers: Actor) -> list[Unsent]:
    """Those that are written into threads, a reply only if all of `readers` may read its thread."""
    threads = _threads([_number(form) for form in forms], *readers)
    found = []
    for form in forms:
        thread, fields = threads.get(_number(form)), dict(fields_of(form) or ())
        if fields and (form.path == _NEW_THREAD or thread is not None):
            words = " ".join((fields.get("title") or fields.get("body") or "").split())
            found.append(Unsent(form.id, thread, words[:_EXCERPT], form.expires_at))
    return found


def _number(form: KeptForm) -> int:
    """The number of the thread that a form answers; 0 for none."""
    match = _REPLY.fullmatch(form.path)
    return int(match.group(1)) if match else 0


def _threads(numbers: Sequence[int], *readers: Actor) -> dict[int, Thread]:
    if not any(numbers):
        return {}
    query = select(Thread).where(
        Thread.id.in_(numbers),
        Thread.closed_at.is_(None),
        *(is_readable_by(reader) for reader in readers),
    )
    return {thread.id: thread for thread in db.session.scalars(query)}
