"""Pages of discussion: boards, threads, asking, answering."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.errors import RateLimitExceeded
from werkzeug.wrappers import Response

from forum.core.errors import Conflict, Invalid
from forum.core.typed import local_path, row_number
from forum.discussion import asking, list_pages, operations, queries, shown, thread_page
from forum.discussion.forms import AskForm, EditForm, PreviewForm, ReplyForm, WritingForm
from forum.policy import Permission
from forum.web.access import current_actor, form_page, lies_in, requires
from forum.web.limits import POSTS, PREVIEWS

R = TypeVar("R")
Answer = Response | str | tuple[str, int] | tuple[str, int, dict[str, str]]

pages = Blueprint("discussion", __name__)


@pages.get("/boards")
@requires(Permission.BOARD_READ)
def boards() -> str:
    """All boards."""
    return render_template("discussion/boards.html", boards=list_pages.boards_page(current_actor()))


@pages.get("/boards/<slug>")
@requires(Permission.BOARD_READ)
@lies_in("discussion.boards")
def board(slug: str) -> str:
    """The threads of a board."""
    page = list_pages.board_page(current_actor(), slug, request.args)
    return render_template("discussion/board.html", page=page)


@pages.get("/threads")
@requires(Permission.BOARD_READ)
def threads() -> str:
    """All threads, in one of several views."""
    page = list_pages.threads_page(current_actor(), request.args)
    return render_template("discussion/threads.html", page=page)


@pages.route("/threads/new", methods=["GET", "POST"])
@requires(Permission.THREAD_OPEN)
@lies_in("discussion.threads")
@form_page()
def new_thread() -> Answer:
    """Ask a question, open a discussion, announce something."""
    offers = asking.offers_for(current_actor())
    form = AskForm(offers)
    if not form.is_submitted() and not form.is_resumed:
        chosen = request.args
        form.begin_with(
            chosen.get("board", ""), chosen.get("function", ""), chosen.getlist("state")
        )

    def page(preview: str = "") -> str:
        told = asking.told_by(current_actor(), offers, form.wish)
        return render_template(
            "discussion/new.html", form=form, offers=offers, told=told, preview=preview
        )

    def post() -> Response:
        thread = operations.open_thread(current_actor(), form.thread)
        flash(gettext("Your thread is posted."), "ok")
        return redirect(shown.thread_url(thread), 303)

    return _written(form, page, post)


@pages.get("/threads/new/told")
@requires(Permission.THREAD_OPEN)
def told() -> str:
    """Who will be told of the question that is being written: a part of its page."""
    offers = asking.offers_for(current_actor())
    form = AskForm(offers, formdata=request.args)
    found = asking.told_by(current_actor(), offers, form.wish)
    return render_template("discussion/_told.html", told=found)


@pages.post("/threads/preview")
@requires(Permission.THREAD_OPEN)
@PREVIEWS
def preview() -> Answer:
    """How the text that is being written will look: a part of a page."""
    form = PreviewForm()
    html = form.preview()
    return render_template("discussion/_preview.html", preview=html, form=form)


@pages.get("/threads/<int:thread_id>")
@pages.get("/threads/<int:thread_id>-<slug>")
@requires(Permission.THREAD_READ)
@lies_in("discussion.threads")
def thread(thread_id: int, slug: str = "") -> Answer:
    """A thread; other words in its address lead to the right ones, once it may be read."""
    found = queries.thread_for(current_actor(), thread_id)
    if slug != shown.slug_of(found):
        return redirect(shown.thread_url(found), 303)
    form = ReplyForm(action=url_for(".reply", thread_id=thread_id), language=found.language)
    return _thread_page(form, thread_id)


@pages.post("/threads/<int:thread_id>/replies")
@requires(Permission.THREAD_REPLY)
@lies_in("discussion.threads")
@form_page("discussion.thread")
def reply(thread_id: int) -> Answer:
    """Answer in a thread."""
    queries.thread_for(current_actor(), thread_id)
    form = ReplyForm()

    def post() -> Response:
        made = operations.post_reply(current_actor(), thread_id, form.reply)
        flash(gettext("Your reply is posted."), "ok")
        return redirect(shown.post_url(made), 303)

    return _written(form, lambda html="": _thread_page(form, thread_id, html), post)


def _thread_page(form: ReplyForm, thread_id: int, preview: str = "") -> str:
    found = queries.thread_for(current_actor(), thread_id)
    page = thread_page.page_of(current_actor(), found)
    return render_template("discussion/thread.html", page=page, form=form, preview=preview)


@pages.post("/threads/<int:thread_id>/seen")
@requires(Permission.THREAD_SEE)
def seen(thread_id: int) -> Response:
    """Say that the replies so far were read."""
    up_to = row_number(request.form.get("up_to", "")) or 0
    operations.see_thread(current_actor(), thread_id, up_to)
    back = local_path(request.form.get("next"))
    return redirect(back or url_for(".thread", thread_id=thread_id), 303)


@pages.get("/posts/<int:post_id>")
@requires(Permission.POST_READ)
def post(post_id: int) -> Response:
    """The lasting address of a post: leads to it in its thread."""
    return redirect(shown.post_url(queries.post_for(current_actor(), post_id)), 303)


@pages.get("/posts/<int:post_id>/history")
@requires(Permission.POST_READ)
@lies_in("discussion.threads")
def history(post_id: int) -> str:
    """All that a post ever said."""
    found, revisions = queries.revisions_of(current_actor(), post_id)
    return render_template(
        "discussion/history.html",
        post=thread_page.shown_alone(current_actor(), found),
        versions=thread_page.versions_of(found, revisions),
        title=shown.title_of(found.thread),
        thread_id=found.thread_id,
        mark=found.thread.mark.value,
        post_url=shown.post_url(found),
    )


@pages.route("/posts/<int:post_id>/edit", methods=["GET", "POST"])
@requires(Permission.POST_CHANGE)
@lies_in("discussion.threads")
@form_page()
def edit(post_id: int) -> Answer:
    """Give an own post another text."""
    found = queries.post_to_edit(current_actor(), post_id, is_written=request.method == "POST")
    form = EditForm(body=found.source, version=found.version)

    def page(preview: str = "", newer: str = "") -> str:
        return render_template(
            "discussion/edit.html",
            form=form,
            thread_id=found.thread_id,
            title=shown.title_of(found.thread),
            post_url=shown.post_url(found),
            language=found.language,
            preview=preview,
            newer=newer,
        )

    def change() -> Answer:
        try:
            operations.edit_post(
                current_actor(), post_id, form.body.data or "", form.version.data or ""
            )
        except operations.ChangedMeanwhile as error:
            form.form_errors.append(str(error))
            form.version.data = error.version
            return page(newer=error.html), 409
        flash(gettext("Your text is saved."), "ok")
        return redirect(shown.post_url(found), 303)

    return _written(form, page, change)


@pages.post("/posts/<int:post_id>/withdraw")
@requires(Permission.POST_WITHDRAW)
def withdraw(post_id: int) -> Response:
    """Take an own post back."""
    found = operations.withdraw_post(current_actor(), post_id)
    flash(gettext("Your post is withdrawn. Its text is shown to nobody any more."), "ok")
    return redirect(shown.post_url(found), 303)


@pages.post("/posts/<int:post_id>/accept")
@requires(Permission.ANSWER_ACCEPT)
def accept(post_id: int) -> Response:
    """Say that this answers the own question."""
    found = operations.accept_answer(current_actor(), post_id)
    flash(gettext("The answer is accepted; the question reads as solved."), "ok")
    return redirect(shown.post_url(found), 303)


@pages.post("/posts/<int:post_id>/unaccept")
@requires(Permission.ANSWER_ACCEPT)
def unaccept(post_id: int) -> Response:
    """Take the acceptance of an answer back."""
    found = operations.unaccept_answer(current_actor(), post_id)
    flash(gettext("The answer is no longer accepted."), "ok")
    return redirect(shown.post_url(found), 303)


def _written(form: WritingForm, page: Callable[..., str], change: Callable[[], Answer]) -> Answer:
    """The page of a form in which a post is written, and what comes of sending it.

    Whatever goes wrong, the form comes back with all that was typed.
    """
    if not form.is_submitted():
        return page()
    try:
        if form.wants_preview:
            html = _previewed(form.preview)
            return (page(html), 422) if form.errors else page(html)
        if form.validate_on_submit():
            return _posted(change)
    except RateLimitExceeded:
        form.form_errors.append(
            gettext("This was too often within a minute. Nothing was sent; wait a minute.")
        )
        return page(), 429, {"Retry-After": "60"}
    except Conflict as error:
        form.form_errors.append(str(error))
        return page(), 409
    except Invalid as error:
        form.refuse(error)
    form.renew_once()
    return page(), 422


@POSTS
def _posted(change: Callable[[], R]) -> R:
    return change()


@PREVIEWS
def _previewed(render: Callable[[], R]) -> R:
    return render()
