"""A thread and its posts as the page shows them, and what the reader may do with each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import format_date, gettext, ngettext

from forum.core import clock
from forum.directory.cards import Card, counterpart_cards, entry_url, state_url
from forum.directory.models import Authority
from forum.directory.standing import former_roles
from forum.directory.words import former_of
from forum.discussion.models import (
    Audience,
    Handover,
    Post,
    Revision,
    Thread,
    ThreadKind,
    ThreadStatus,
)
from forum.discussion.queries import posts_of, seen_up_to
from forum.discussion.shown import addressed_of, anchor_of, slug_of, title_of
from forum.policy import Actor, Permission, Role, allows
from forum.reference.words import function_label
from forum.web.templating import day, zone_label


@dataclass(frozen=True)
class ShownPost:
    """A post; the first fields are explained in `templates/_macros/post.html`."""

    anchor: str
    author_name: str
    author_url: str | None
    author_post: str
    #: What is known of the author on the day of the post.
    vetted_at: datetime | None
    vetted_how: str
    confirmed_at: datetime | None
    may_speak_since: datetime | None
    authority_name: str
    authority_lang: str
    authority_url: str | None
    state: tuple[str, str, str] | None
    posted_at: datetime
    local_time: str
    edited_at: datetime | None
    history_url: str | None
    html: str
    lang: str
    is_accepted: bool
    accepted_at: datetime | None
    tag: str
    gone: str
    card_anchor: str | None
    #: Lasting address of the post.
    url: str
    id: int
    is_opening: bool
    mark: str | None = None
    former: str = ""
    can_edit: bool = False
    can_withdraw: bool = False
    can_accept: bool = False
    can_unaccept: bool = False


@dataclass(frozen=True)
class ThreadPage:
    """A thread with all that stands round it."""

    id: int
    title: str
    lang: str
    slug: str
    board: tuple[str, str]
    kind: str
    status: str
    status_words: str
    #: Name, alpha-3 code and address of the State's card or page.
    addressed: Sequence[tuple[str, str, str]]
    function: str
    needed_by: date | None
    mark: str
    audience: str
    opening: ShownPost
    #: Who took it over, from whom and when, the first one first.
    handovers: Sequence[Handover]
    replies: Sequence[ShownPost]
    cards: Sequence[Card]
    can_reply: bool
    #: Newest post of this page, and how many replies to an own thread are not marked as read.
    last_post_id: int
    unread: int


def page_of(actor: Actor, thread: Thread) -> ThreadPage:
    """The page of a thread that was got by `thread_for`. Takes a fixed number of queries."""
    now = clock.now()
    posts = posts_of(thread)
    cards = _with_answers(_cards(actor, thread, now), thread, posts, now)
    anchors = {card.id for card in cards}
    former = former_roles([(post.author_id, post.authority_id) for post in posts], now.date())
    shown = [
        shown_post(actor, post, anchors, former.get((post.author_id, post.authority_id)))
        for post in posts
    ]
    return ThreadPage(
        id=thread.id,
        title=title_of(thread),
        lang="" if thread.withdrawn_at else thread.language,
        slug=slug_of(thread),
        board=(thread.board.title, url_for("discussion.board", slug=thread.board.slug)),
        kind=thread.kind.value,
        status=thread.status.value,
        status_words=gettext("Withdrawn") if thread.withdrawn_at else "",
        addressed=_addressed(thread, cards),
        function=function_label(thread.function) if thread.function else "",
        needed_by=thread.needed_by,
        mark=thread.mark.value,
        audience=audience_words(thread),
        opening=shown[0],
        handovers=thread.handovers,
        replies=shown[1:],
        cards=cards,
        can_reply=allows(actor, Permission.THREAD_REPLY, thread.subject),
        last_post_id=max(post.id for post in posts),
        unread=_unread(actor, thread, posts),
    )


def shown_post(
    actor: Actor, post: Post, card_anchors: set[str], former: Role | None = None
) -> ShownPost:
    """One post, with what the reader may do with it; `former` is the role its author had, where
    the author has left that authority."""
    subject, authority = post.subject, post.authority
    is_gone = post.withdrawn_at is not None
    card = f"card-{authority.id}"
    return ShownPost(
        id=post.id,
        url=url_for("discussion.post", post_id=post.id),
        is_opening=post.is_opening,
        anchor=anchor_of(post),
        author_name=post.author.name,
        author_url=url_for("people.member", member_id=post.author_id),
        author_post=post.author_post,
        vetted_at=post.author_vetted_at,
        vetted_how=post.author_vetted_how,
        confirmed_at=post.author_confirmed_at,
        may_speak_since=post.author_may_speak_since,
        former=former_of(former, authority) if former else "",
        authority_name=authority.name,
        authority_lang=authority.name_language,
        authority_url=entry_url(authority),
        state=_state_of(authority),
        posted_at=post.posted_at,
        local_time=_local_time(actor, post),
        edited_at=None if is_gone else post.edited_at,
        history_url=url_for("discussion.history", post_id=post.id),
        html="" if is_gone else post.html,
        lang=post.language,
        is_accepted=post.accepted_at is not None and not is_gone,
        accepted_at=post.accepted_at,
        tag=_tag(actor, post),
        gone=_gone(post),
        card_anchor=card if card in card_anchors and not post.is_opening else None,
        can_edit=allows(actor, Permission.POST_CHANGE, subject),
        can_withdraw=allows(actor, Permission.POST_WITHDRAW, subject),
        can_accept=post.accepted_at is None and allows(actor, Permission.ANSWER_ACCEPT, subject),
        can_unaccept=bool(post.accepted_at) and allows(actor, Permission.ANSWER_ACCEPT, subject),
    )


def shown_alone(actor: Actor, post: Post) -> ShownPost:
    """A post that is shown without its thread."""
    pair = (post.author_id, post.authority_id)
    former = former_roles([pair], clock.now().date())
    return shown_post(actor, post, set(), former.get(pair))


def audience_words(thread: Thread) -> str:
    """Who may see a thread here, in words."""
    if thread.audience is Audience.NETWORK:
        return str(gettext("All members of the network"))
    names = [name for _, _, name in addressed_of(thread)]
    asking = thread.authority.state.name_en if thread.authority.state else None
    if asking is None:
        return str(
            gettext(
                "Members of %(states)s, and whoever asked for the Secretariat",
                states=", ".join(names),
            )
        )
    listed = ", ".join(dict.fromkeys([asking, *names]))
    return str(gettext("Members of %(states)s", states=listed))


@dataclass(frozen=True)
class Version:
    """What a post said at one time."""

    html: str
    written_at: datetime
    is_current: bool


def versions_of(post: Post, revisions: Sequence[Revision]) -> list[Version]:
    """All that a post ever said, newest first."""
    now = Version(post.html, post.edited_at or post.posted_at, is_current=True)
    return [now, *(Version(old.html, old.written_at, is_current=False) for old in revisions)]


def _cards(actor: Actor, thread: Thread, now: datetime) -> list[Card]:
    codes = [one.state_code for one in thread.addressed]
    return counterpart_cards(actor, codes, thread.function_code, now) if codes else []


def _with_answers(
    cards: Sequence[Card], thread: Thread, posts: Sequence[Post], now: datetime
) -> list[Card]:
    """The cards, each saying whether that office answered."""
    if thread.kind is not ThreadKind.QUESTION:
        return list(cards)
    answered: dict[str, Post] = {}
    for post in sorted(posts, key=lambda post: post.id):
        if not post.is_opening and post.withdrawn_at is None:
            answered.setdefault(f"card-{post.authority_id}", post)
    is_waiting = thread.status in {ThreadStatus.WAITING, ThreadStatus.ANSWERED}
    days = (now - thread.opened_at).days
    waits = ngettext("Waiting for %(num)d day", "Waiting for %(num)d days", days) if days else ""
    marked = []
    for card in cards:
        if card.id in answered:
            words = gettext("Answered %(day)s", day=day(answered[card.id].posted_at))
            card = replace(card, answered=("answered", str(words)))
        elif is_waiting and card.authority is not None:
            card = replace(card, answered=("waiting", str(waits)))
        marked.append(card)
    return marked


def _addressed(thread: Thread, cards: Sequence[Card]) -> list[tuple[str, str, str]]:
    """Each State with a link to its first card on the page, or to its page."""
    first: dict[str, str] = {}
    for card in cards:
        first.setdefault(card.state[0], f"#{card.id}")
    return [
        (name, alpha3, first.get(code) or state_url(code))
        for code, alpha3, name in addressed_of(thread)
    ]


def _state_of(authority: Authority) -> tuple[str, str, str] | None:
    state = authority.state
    return (state.code, state.alpha3, state.name_en) if state else None


def _local_time(actor: Actor, post: Post) -> str:
    """When it was for the author, where that is another time than the reader's."""
    there = post.posted_at.astimezone(ZoneInfo(post.author.zone))
    here = post.posted_at.astimezone(ZoneInfo(actor.zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    clock_words = f"{there:%H:%M}"
    if there.date() != here.date():
        clock_words = f"{format_date(there.date(), 'd MMM y', rebase=False)}, {clock_words}"
    zone = zone_label(post.author.zone, post.posted_at)
    return str(gettext("%(time)s in %(zone)s", time=clock_words, zone=zone))


def _tag(actor: Actor, post: Post) -> str:
    """Whether the reader wrote it, and whether it is from whoever asked the question."""
    is_own = post.author_id == actor.id
    is_question = post.thread.kind is ThreadKind.QUESTION
    is_askers = is_question and post.author_id == post.thread.asker_at(post.posted_at)
    if post.is_opening and is_askers:
        return str(gettext("You asked") if is_own else gettext("Asked"))
    if is_own:
        return str(gettext("You"))
    return str(gettext("Asker")) if is_askers else ""


def _gone(post: Post) -> str:
    if post.withdrawn_at is None:
        return ""
    return str(gettext("Withdrawn by its author on %(day)s.", day=day(post.withdrawn_at)))


def _unread(actor: Actor, thread: Thread, posts: Sequence[Post]) -> int:
    if thread.asker_id != actor.id:
        return 0
    own = max((post.id for post in posts if post.author_id == actor.id), default=0)
    seen = max(own, seen_up_to(actor, thread))
    others = [post for post in posts if post.author_id != actor.id and not post.is_opening]
    return sum(post.id > seen and post.withdrawn_at is None for post in others)
