"""The audit log, and its export."""

from collections.abc import Iterator
from typing import Any, Final

from flask import Response, render_template, request, stream_with_context, url_for

from forum.audit.words import BREAKS
from forum.core import clock, sheets
from forum.moderation import acts, log, operations, words
from forum.moderation.forms import LogForm
from forum.moderation.views.pages import pages
from forum.policy import Permission
from forum.web.access import current_actor, form_page, fresh, lies_in, requires
from forum.web.limits import EXPORTS
from forum.web.templating import zone_label

#: Where things are that every moderator may open.
_PLACES: Final = {
    "application": ("vetting.review", "application_id"),
    "member": (".member", "member_id"),
    "naming": ("vetting.focal_point", "naming_id"),
}

_COLUMNS: Final = (
    *("number", "time", "actor", "name", "address", "action", "words"),
    *("object", "outcome", "reason", "details"),
)


@pages.get("/moderation/log", endpoint="log")
@requires(Permission.LOG_READ)
@fresh
@lies_in("vetting.queue")
def log_page() -> str | tuple[str, int]:
    """The log, newest first."""
    form = LogForm(formdata=request.args, meta={"csrf": False})
    if not form.validate():
        return render_template("moderation/log.html", form=form, found=None, **_words()), 422
    wanted = form.wanted()
    operations.open_log(current_actor(), wanted)
    found = log.log_for(
        current_actor(), wanted, before=request.args.get("before"), after=request.args.get("after")
    )
    return render_template(
        "moderation/log.html",
        form=form,
        found=found,
        narrowed=form.in_address(),
        url_of=lambda thing: _url_of(thing, found.openable),
        **_words(),
    )


def _words() -> dict[str, object]:
    return {
        "act_words": acts.act_words,
        "outcome_words": acts.outcome_words,
        "thing_words": words.thing,
        "breaks": BREAKS,
        "zone": zone_label(current_actor().zone),
    }


def _url_of(thing: str, openable: log.Openable) -> str | None:
    """Where a thing of the log is, if the reader may open it."""
    kind = thing.partition(":")[0]
    number = log.number_in(thing, kind)
    if number is None:
        return None
    if kind in _PLACES:
        endpoint, name = _PLACES[kind]
        values: dict[str, Any] = {name: number}
        return url_for(endpoint, **values)
    if kind == "authority" and number in openable.entries:
        state, slug = openable.entries[number]
        return url_for("directory.entry", state=state.lower(), authority=slug)
    if kind == "thread" and number in openable.threads:
        return url_for("discussion.thread", thread_id=number)
    if kind == "post" and number in openable.posts:
        return url_for("discussion.post", post_id=number)
    return None


@pages.route("/moderation/log/export", methods=["GET", "POST"])
@requires(Permission.LOG_READ)
@fresh
@form_page()
@lies_in("vetting.queue")
@EXPORTS
def export_log() -> Response | tuple[str, int] | str:
    """The entries that fit, as a file for a spreadsheet."""
    if request.method == "GET":
        kept = LogForm(meta={"csrf": False})
        form = kept if kept.is_resumed else LogForm(formdata=request.args, meta={"csrf": False})
        return _export_page(form) if form.validate() else (_export_page(form), 422)
    form = LogForm()
    if not form.validate_on_submit():
        return _export_page(form), 422
    actor, wanted = current_actor(), form.wanted()
    until = operations.export_log(actor, wanted)
    name = f"audit-log-{clock.now():%Y-%m-%d}.csv"
    return Response(
        stream_with_context(_file(log.entries_up_to(actor, wanted, until - 1))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _export_page(form: LogForm) -> str:
    return render_template(
        "moderation/log_export.html",
        form=form,
        count=None if form.errors else log.count_of(current_actor(), form.wanted()),
        narrowed=form.in_address(),
        chosen=[
            (form.person, form.person.data),
            (form.about, form.about.data),
            (form.action, acts.act_words(form.action.data or "")),
            (form.outcome, acts.outcome_words(form.outcome.data or "")),
            (form.since, form.since.data),
            (form.until, form.until.data),
        ],
        zone=zone_label(current_actor().zone),
    )


def _file(rows: Iterator[Any]) -> Iterator[str]:
    yield sheets.row(_COLUMNS)
    for entry in rows:
        yield sheets.row(
            (
                str(entry.id),
                entry.at.isoformat(),
                "" if entry.actor_id is None else str(entry.actor_id),
                entry.name or "",
                entry.address or "",
                entry.action,
                acts.act_words(entry.action),
                entry.object,
                entry.outcome,
                entry.reason,
                entry.details,
            )
        )
