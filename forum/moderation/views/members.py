"""Members as moderators see them, and what is decided about one."""

from collections.abc import Callable

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from forum.core import clock
from forum.core.errors import Conflict, Invalid
from forum.directory.forms import SpeakerForm
from forum.directory.standing import successors_of
from forum.directory.words import ROLES, former_of
from forum.moderation import acts, operations, queries, words
from forum.moderation.forms import EndingForm, EndSessionsForm, LiftForm, SanctionForm
from forum.moderation.views.pages import pages
from forum.policy import Permission
from forum.reference.words import language_name
from forum.web.access import current_actor, form_page, fresh, lies_in, requires
from forum.web.forms import BaseForm
from forum.web.templating import zone_label

Page = Response | tuple[str, int]


@pages.get("/moderation/members")
@requires(Permission.MEMBER_REVIEW)
@lies_in("vetting.queue")
def members() -> str:
    """All accounts, to search."""
    asked = request.args
    wanted = queries.Search(
        name=asked.get("name", "")[:200],
        state=asked.get("state", "")[:2],
        authority=asked.get("authority", "")[:200],
        is_limited=asked.get("limited") == "1",
    )
    found = queries.members_for(
        current_actor(), wanted, before=asked.get("before"), after=asked.get("after")
    )
    narrowed = {
        "name": wanted.name or None,
        "state": wanted.state or None,
        "authority": wanted.authority or None,
        "limited": "1" if wanted.is_limited else None,
    }
    return render_template(
        "moderation/members.html",
        found=found,
        wanted=wanted,
        narrowed=narrowed,
        today=clock.now().date(),
        roles=ROLES,
        former_of=former_of,
        words=words,
    )


@pages.get("/moderation/members/<int:member_id>")
@requires(Permission.MEMBER_REVIEW)
@fresh
@lies_in("vetting.queue")
def member(member_id: int) -> str:
    """One account: facts, decisions, history."""
    return _page(member_id)


def _page(member_id: int, sent: BaseForm | None = None, problem: str = "") -> str:
    """The account with its forms; `sent` is the one that came back."""
    found = queries.record_for(current_actor(), member_id)

    lifting = {}
    for limit in found.liftable:
        action = url_for(".lift", member_id=member_id, limit_id=limit.id)
        lifting[limit.id] = _lift_form(limit.id, action, sent)
    ending = {one.held.id: _ending_form(one, sent) for one in found.endable}
    return render_template(
        "moderation/member.html",
        ending=ending,
        record=found,
        member=found.member,
        form=_sanction_form(member_id, sent),
        lifting=lifting,
        has_errors=bool(problem) or bool(sent and sent.errors),
        problem=problem,
        words=words,
        act_words=acts.act_words,
        outcome_words=acts.outcome_words,
        roles=ROLES,
        former_of=former_of,
        language_name=language_name,
        zone_label=zone_label,
        now=clock.now(),
        today=clock.now().date(),
    )


def _sanction_form(member_id: int, sent: BaseForm | None) -> SanctionForm:
    if isinstance(sent, SanctionForm):
        return sent
    if request.method == "POST":
        return SanctionForm(formdata=None)
    return SanctionForm(action=url_for(".sanction", member_id=member_id))


def _lift_form(limit_id: int, action: str, sent: BaseForm | None) -> LiftForm:
    if isinstance(sent, LiftForm) and sent.limit_id == limit_id:
        return sent
    if request.method == "POST":
        return LiftForm(limit_id, formdata=None)
    return LiftForm(limit_id, action=action)


def _ending_form(one: queries.Endable, sent: BaseForm | None) -> EndingForm:
    held = one.held
    if isinstance(sent, EndingForm) and sent.representation_id == held.id:
        return sent
    named = str(held.successor_id or "")
    if request.method == "POST":
        return EndingForm(held.id, one.successors, formdata=None, successor=named)
    action = url_for(".end_standing", member_id=held.member_id, representation_id=held.id)
    return EndingForm(held.id, one.successors, action=action, successor=named)


def _decide(member_id: int, form: BaseForm, act: Callable[[], object], done: str) -> Page:
    """Do what a form asks; what was typed comes back with the reason if it cannot be done."""
    if not form.validate_on_submit():
        return _page(member_id, form), 422
    try:
        act()
    except Invalid as error:
        form.refuse(error)
        return _page(member_id, form), 422
    except Conflict as error:
        return _page(member_id, form, gettext(str(error))), 409
    flash(done, "ok")
    return make_response(redirect(url_for(".member", member_id=member_id), 303))


@pages.post("/moderation/members/<int:member_id>/sanctions")
@requires(Permission.MEMBER_LIMIT)
@fresh
@form_page("moderation.member")
@lies_in("vetting.queue")
def sanction(member_id: int) -> Page:
    """Warn, restrict to reading, suspend or close."""
    queries.member_to_review(current_actor(), member_id, Permission.MEMBER_LIMIT)
    form = SanctionForm()
    kind = form.decided() if form.validate_on_submit() else None

    def act() -> None:
        if kind is not None:
            end = form.end_in(current_actor().zone)
            operations.sanction(current_actor(), member_id, kind, form.reason.data or "", end)

    return _decide(member_id, form, act, words.done(kind) if kind else "")


@pages.post("/moderation/members/<int:member_id>/limits/<int:limit_id>/lift")
@requires(Permission.MEMBER_LIMIT)
@fresh
@form_page("moderation.member")
@lies_in("vetting.queue")
def lift(member_id: int, limit_id: int) -> Page:
    """Take a decision back before it ends."""
    queries.member_to_review(current_actor(), member_id, Permission.MEMBER_LIMIT)
    form = LiftForm(limit_id)
    return _decide(
        member_id,
        form,
        lambda: operations.lift(current_actor(), member_id, limit_id, form.reason.data or ""),
        gettext("It is lifted. A mail is on its way."),
    )


@pages.post("/moderation/members/<int:member_id>/representations/<int:representation_id>/end")
@requires(Permission.REPRESENTATION_REVOKE)
@fresh
@form_page("moderation.member")
@lies_in("vetting.queue")
def end_standing(member_id: int, representation_id: int) -> Page:
    """Let a member stand for an authority no more."""
    actor = current_actor()
    held = queries.representation_to_end(actor, member_id, representation_id)
    form = EndingForm(held.id, successors_of(held))
    return _decide(
        member_id,
        form,
        lambda: operations.end_standing(
            actor, member_id, representation_id, form.reason.data or "", form.successor.number
        ),
        gettext("The member stands for the authority no more, as of now. A mail is on its way."),
    )


@pages.post("/moderation/members/<int:member_id>/representations/<int:representation_id>/speaker")
@requires(Permission.SPEAKER_NAME_FOCAL_POINT)
@fresh
@form_page("moderation.member")
@lies_in("vetting.queue")
def name_speaker(member_id: int, representation_id: int) -> Page:
    """Say whether a focal point may speak for the authority."""
    actor, form = current_actor(), SpeakerForm()
    queries.speaker_for(actor, member_id, representation_id)
    may_speak = form.may_speak.data == "yes"
    return _decide(
        member_id,
        form,
        lambda: operations.name_speaker(actor, member_id, representation_id, may_speak=may_speak),
        gettext("The member may speak for the authority.")
        if may_speak
        else gettext("The member may no longer speak for the authority."),
    )


@pages.post("/moderation/members/<int:member_id>/sessions/end")
@requires(Permission.MEMBER_LIMIT)
@fresh
@form_page("moderation.member")
@lies_in("vetting.queue")
def end_sessions(member_id: int) -> Page:
    """End all sessions of a member."""
    return _decide(
        member_id,
        EndSessionsForm(),
        lambda: operations.end_sessions(current_actor(), member_id),
        gettext("All sessions of this member are ended."),
    )
