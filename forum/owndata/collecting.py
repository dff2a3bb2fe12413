"""All that is held about a member, as the member may have it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.audit.queries import last_done
from forum.core import clock
from forum.core.db import db
from forum.core.events import announce
from forum.core.mail import OutboxMail
from forum.core.services import services
from forum.directory.models import Representation
from forum.directory.standing import actor_for, representations_of
from forum.discussion.models import Audience, Mark, Post, ReadMark, Revision, Thread
from forum.drafts.queries import fields_of, kept_forms_of
from forum.members.events import DataAsked
from forum.members.models import Limit, Member
from forum.members.queries import all_limits_of
from forum.owndata.archive import as_json, as_markdown
from forum.owndata.models import DataExport, Erasure
from forum.policy import Actor, Permission, allows
from forum.signin.history import SecurityEvent, all_security_events_of
from forum.signin.protection import (
    ShownPasskey,
    all_sittings_of,
    passkeys_of,
    protection_of,
)

_README: Final = """\
Your data at {site}, as of {day}

data.json holds your account, whom you stand and stood for, what protects the account, what
happened to it, decisions about it with the reasons given to you, your sessions, drafts, mail that
was sent to you, and what you gave in applications.

posts/ holds what you posted, one file each, with its address, date, board, audience and handling
mark in front. Keep to the mark. A post that you withdrew is named without its text.

Not in it: what others wrote or decided inside, and those of your posts that are marked TLP:RED or
stand in threads you cannot read now. Left out of it: {left_out}
"""


def files_of(member: Member) -> dict[str, str]:
    """The files of a member's export, by name."""
    actor = actor_for(member.id)
    posts = _posts_of(member.id)
    mine = [post for post in posts if _may_have(actor, post)]
    files = {"data.json": as_json(_held(actor, member))}
    for post in mine:
        files[f"posts/{post.thread_id}-{post.id}.md"] = as_markdown(
            _facts(post), "" if post.withdrawn_at else post.source
        )
    standing = {post.id: post for post in mine if post.withdrawn_at is None}
    files |= _earlier(standing)
    files["readme.txt"] = _README.format(
        site=services().settings.site_name,
        day=clock.now().date().isoformat(),
        left_out=len(posts) - len(mine),
    )
    return files


def _may_have(actor: Actor, post: Post) -> bool:
    """Whether the member may read it today, and its mark lets it leave the thread."""
    return post.thread.mark is not Mark.RED and allows(actor, Permission.POST_READ, post.subject)


def _posts_of(member_id: int) -> Sequence[Post]:
    return db.session.scalars(
        select(Post)
        .where(Post.author_id == member_id)
        .options(
            joinedload(Post.authority),
            joinedload(Post.thread).joinedload(Thread.board),
            joinedload(Post.thread).selectinload(Thread.readers),
            joinedload(Post.thread).selectinload(Thread.addressed),
        )
        .order_by(Post.id)
    ).all()


def _facts(post: Post) -> dict[str, object]:
    thread = post.thread
    is_own_title = post.is_opening and post.withdrawn_at is None
    audience = "all members"
    if thread.audience is Audience.ADDRESSED:
        audience = "members of the States that ask and are asked"
    return {
        "address": _link(f"/threads/{thread.id}#post-{post.id}"),
        # A title is the words of whoever opened the thread.
        "title": thread.title if is_own_title else None,
        "posted_at": post.posted_at,
        "edited_at": post.edited_at,
        "board": thread.board.title,
        "audience": audience,
        "asked": [each.state_code for each in thread.addressed] if is_own_title else None,
        "handling_mark": f"TLP:{thread.mark.value}",
        "language": post.language,
        "authority": post.authority.name,
        "post_held": post.author_post,
        "status": "withdrawn" if post.withdrawn_at else "accepted" if post.accepted_at else "shown",
        "withdrawn_at": post.withdrawn_at,
    }


def _earlier(posts: dict[int, Post]) -> dict[str, str]:
    """What these posts said before they were edited."""
    found: dict[str, str] = {}
    counts: dict[int, int] = {}
    for revision in db.session.scalars(
        select(Revision).where(Revision.post_id.in_(sorted(posts))).order_by(Revision.id)
    ):
        post = posts[revision.post_id]
        counts[post.id] = number = counts.get(post.id, 0) + 1
        facts = {
            "address": _link(f"/threads/{post.thread_id}#post-{post.id}"),
            "version": number,
            "written_at": revision.written_at,
            "replaced_at": revision.replaced_at,
            "handling_mark": f"TLP:{post.thread.mark.value}",
        }
        name = f"posts/{post.thread_id}-{post.id}-version-{number}.md"
        found[name] = as_markdown(facts, revision.source)
    return found


def _held(actor: Actor, member: Member) -> dict[str, object]:
    asked = DataAsked(member.id, {})
    announce(asked)
    return {
        "made_at": clock.now(),
        "account": _account(member),
        "representations": [_representation(held) for held in representations_of(member.id)],
        "protection": vars(protection_of(actor)),
        "passkeys": [_passkey(each) for each in passkeys_of(actor).all],
        "security_events": [_event(each) for each in all_security_events_of(member.id)],
        "sessions": [_sitting(each) for each in all_sittings_of(member.id)],
        "decisions": [_limit(each) for each in all_limits_of(member.id)],
        "drafts": _drafts(actor),
        "read_up_to": _read_marks(member.id),
        "mail": _mail(member),
        "exports": _exports(member.id),
        "erasures": _erasures(member.id),
        **asked.held,
    }


def _account(member: Member) -> dict[str, object]:
    return {
        "number": member.id,
        "name": member.name,
        "post": member.post,
        "mailbox": member.email,
        "time_zone": member.zone,
        "languages": member.languages,
        "functions": member.functions,
        "status": member.status,
        "made_at": member.created_at,
        "activated_at": member.activated_at,
        "signed_in_at": member.signed_in_at,
        "vetted_at": member.vetted_at,
        "vetted_how": member.vetted_how,
        "house_rules": member.rules_version,
        "house_rules_accepted_at": member.rules_accepted_at,
    }


def _representation(held: Representation) -> dict[str, object]:
    return {
        "authority": held.authority.name,
        "state": held.authority.state_code,
        "role": held.role,
        "from": held.from_on,
        "until": held.until_on,
        "note": held.note_reference,
        "confirmed_at": held.confirmed_at,
        "may_speak_since": held.may_speak_since,
        "leaving_announced_at": held.announced_at,
    }


def _event(event: SecurityEvent) -> dict[str, object]:
    return {
        "what": event.what,
        "at": event.at,
        "network_address": event.address,
        "device": event.device,
        "times": event.times,
    }


def _sitting(sitting: object) -> dict[str, object]:
    return {name: value for name, value in vars(sitting).items() if name != "is_current"}


def _passkey(passkey: ShownPasskey) -> dict[str, object]:
    return {"name": passkey.name, "made_at": passkey.made_at, "used_at": passkey.used_at}


def _limit(limit: Limit) -> dict[str, object]:
    return {
        "kind": limit.kind,
        "cause": limit.cause,
        "reason": limit.reason,
        "from": limit.from_at,
        "until": limit.until_at,
        "lifted_at": limit.lifted_at,
        "lift_reason": limit.lift_reason,
    }


def _drafts(actor: Actor) -> list[dict[str, object]]:
    """What the member typed; a text that somebody handed over is somebody else's words."""
    return [
        {"page": kept.path, "kept_until": kept.expires_at, "fields": fields_of(kept)}
        for kept in kept_forms_of(actor)
        if kept.handed_by_id is None
    ]


def _read_marks(member_id: int) -> list[dict[str, object]]:
    marks = db.session.scalars(
        select(ReadMark).where(ReadMark.member_id == member_id).order_by(ReadMark.thread_id)
    )
    return [{"thread": _link(f"/threads/{mark.thread_id}"), "post": mark.post_id} for mark in marks]


def _mail(member: Member) -> list[dict[str, object]]:
    """What was written to the mailbox since it is the member's: others may have had it before."""
    since = last_done("member:move", f"member:{member.id}") or member.created_at
    sent = db.session.execute(
        select(OutboxMail.subject, OutboxMail.written_at, OutboxMail.sent_at)
        .where(OutboxMail.recipient == member.email, OutboxMail.written_at >= since)
        .order_by(OutboxMail.id)
    )
    return [
        {"subject": subject, "written_at": written, "sent_at": left}
        for subject, written, left in sent
    ]


def _exports(member_id: int) -> list[datetime]:
    return list(
        db.session.scalars(
            select(DataExport.asked_at)
            .where(DataExport.member_id == member_id)
            .order_by(DataExport.id)
        )
    )


def _erasures(member_id: int) -> list[dict[str, object]]:
    found = db.session.scalars(
        select(Erasure).where(Erasure.member_id == member_id).order_by(Erasure.id)
    )
    return [
        {
            "asked_at": erasure.asked_at,
            "reason": erasure.reason,
            "withdrawn_at": erasure.withdrawn_at,
            "refused_at": erasure.refused_at,
            "refusal": erasure.refusal,
        }
        for erasure in found
    ]


def _link(path: str) -> str:
    return services().settings.link(path)
