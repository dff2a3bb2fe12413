"""What all steps of a change share: whose turn it is, the links, and who is told."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update

from forum.core import clock
from forum.core.db import db
from forum.core.errors import Conflict, NotFound
from forum.core.mail import post_mail
from forum.core.services import services
from forum.core.typed import N_
from forum.mailboxes.models import ChangeStatus, MailboxChange
from forum.members.models import Member
from forum.signin.models import LinkPurpose
from forum.signin.operations.links import kill_links, make_link

PAGE: Final = "/settings/email"
_LINKS: Final = (LinkPurpose.MAILBOX_PROOF, LinkPurpose.MAILBOX_STOP)
_OVER: Final = N_("This change was decided, stopped or withdrawn meanwhile.")


def hold_member(member_id: int) -> None:
    """Let nobody else touch this member's mailbox until the operation in hand ends."""
    db.session.execute(select(Member.id).where(Member.id == member_id).with_for_update())


def held(change_id: int) -> MailboxChange:
    """The change, which nobody else touches until the operation in hand ends."""
    whose = db.session.scalar(select(MailboxChange.member_id).where(MailboxChange.id == change_id))
    if whose is None:
        raise NotFound(f"change of e-mail {change_id}")
    hold_member(whose)
    return db.session.get_one(MailboxChange, change_id, populate_existing=True)


def move(
    change: MailboxChange, among: frozenset[ChangeStatus], to: ChangeStatus, **facts: object
) -> None:
    """Take it a step further; of two who come at once one does. Raises Conflict for the other."""
    moved = db.session.scalar(
        update(MailboxChange)
        .where(MailboxChange.id == change.id, MailboxChange.status.in_(sorted(among)))
        .values(status=to, **facts)
        .returning(MailboxChange.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Conflict(_OVER)
    db.session.refresh(change)


def end(
    change: MailboxChange, among: frozenset[ChangeStatus], how: ChangeStatus, **facts: object
) -> None:
    """It comes to nothing more, and neither do its links. Raises Conflict if it has ended."""
    move(change, among, how, ended_at=clock.now(), **facts)
    kill_links(change.member_id, *_LINKS)


def tell_old(change: MailboxChange, step: str) -> None:
    """Write to the mailbox in use how far the change is, with a new link that stops it."""
    settings = services().settings
    lasts = timedelta(hours=settings.mailbox_change_hours, days=settings.mailbox_change_days)
    token, _ = make_link(
        change.member_id,
        LinkPurpose.MAILBOX_STOP,
        lasts + timedelta(hours=settings.mailbox_change_wait_hours),
    )
    post_mail(
        "mailboxes/to_old",
        change.member.email,
        path=f"/mailbox/stop/{token}",
        step=step,
        hours=settings.mailbox_change_wait_hours,
    )


def tell_new(change: MailboxChange, step: str) -> None:
    """Write to the new mailbox, which was proved, how far the change is."""
    hours = services().settings.mailbox_change_wait_hours
    post_mail("mailboxes/to_new", change.address, path=PAGE, step=step, hours=hours)


def tell_the_end(change: MailboxChange) -> None:
    """Both mailboxes hear that nothing changes; the new one only if it was proved, for until then
    it may be a stranger's."""
    proved = [change.address] if change.proved_at is not None else []
    for mailbox in (change.member.email, *proved):
        post_mail("mailboxes/ended", mailbox, path=PAGE)
