"""Pages of the directory.

A visitor sees what States made public and is sent to sign in for everything else, whether it
exists or not; a member is told alike of what does not exist and of what may not be known.
"""

from typing import Any, Final

from flask import Blueprint, Response, render_template, request, url_for

from forum.core import clock
from forum.core.errors import NotFound
from forum.directory import operations
from forum.directory.listing import listing_for
from forum.directory.pages import entry_page, state_page
from forum.web.access import current_actor, lies_in, partly_public
from forum.web.limits import ENTRIES

pages = Blueprint("directory", __name__)

_LONGEST_SEARCH: Final = 200


@pages.get("/directory")
@partly_public
@lies_in("directory.index")
def index() -> str:
    """States with entries, by name and function."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    listing = listing_for(
        current_actor(),
        text=text,
        function_code=request.args.get("function", ""),
        start=request.args.get("from", ""),
        at=clock.now(),
    )
    return render_template(
        "directory/index.html",
        listing=listing,
        text=text,
        previous_url=_page_url(listing.previous, text, listing.chosen),
        next_url=_page_url(listing.next, text, listing.chosen),
    )


@pages.get("/directory/<state>")
@partly_public
@lies_in("directory.index")
@ENTRIES
def state(state: str) -> str:
    """A State: its entries as cards, and what it is bound by."""
    return render_template(
        "directory/state.html", page=state_page(current_actor(), state, clock.now())
    )


@pages.get("/directory/<state>/<authority>")
@partly_public
@lies_in("directory.index")
@ENTRIES
def entry(state: str, authority: str) -> str:
    """An entry with all its fields."""
    page = entry_page(current_actor(), state, authority, clock.now())
    return render_template("directory/entry.html", page=page)


@pages.get("/directory/<state>/<authority>.vcf")
@partly_public
@ENTRIES
def vcard(state: str, authority: str) -> Response:
    """An entry for the reader's address book."""
    code = _code(state)
    response = Response(
        operations.download_vcard(current_actor(), code, authority),
        content_type="text/vcard; charset=utf-8",
    )
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{code.lower()}-{authority}.vcf"
    )
    return response


def _code(state: str) -> str:
    if not state.isascii():
        raise NotFound(f"state {state}")
    return state.upper()


def _page_url(start: str | None, text: str, function: str) -> str | None:
    if start is None:
        return None
    chosen: dict[str, Any] = {"q": text, "function": function, "from": start}
    return url_for(".index", **{name: value or None for name, value in chosen.items()})
