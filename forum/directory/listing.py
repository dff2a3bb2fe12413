"""The directory as a list: States whose entries a reader may see, searched and counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.directory import cards, words
from forum.directory.clockface import Reader, open_words, weekly_hours
from forum.directory.freshness import Freshness
from forum.directory.hours import is_open
from forum.directory.matching import matches
from forum.directory.models import Authority
from forum.directory.queries import designated_functions
from forum.directory.search import Listed, entries_with, listed_entries
from forum.policy import Actor
from forum.reference.models import Function
from forum.reference.queries import offered_functions
from forum.reference.words import function_label, function_name

#: So many States are on one page.
STATES_ON_A_PAGE = 40


@dataclass(frozen=True)
class Row:
    """An entry in the list."""

    name: str
    lang: str
    #: The English name, where it is another one.
    name_en: str
    url: str
    functions: Sequence[str]
    is_open: bool | None
    open_words: str
    languages: str
    freshness: tuple[str, str]


@dataclass(frozen=True)
class StateRows:
    """A State and those of its entries that were looked for."""

    state: cards.StateWords
    url: str
    entries: Sequence[Row]


@dataclass(frozen=True)
class Choice:
    """A function to filter by, and how many entries the reader may see have it."""

    code: str
    name: str
    entries: int


@dataclass(frozen=True)
class Totals:
    """Counts of what the reader may see."""

    states: int
    entries: int
    confirmed: int
    due: int
    overdue: int


@dataclass(frozen=True)
class Listing:
    """One page of the list."""

    states: Sequence[StateRows]
    #: Entries and States that meet the search, on all pages.
    found_entries: int
    found_states: int
    totals: Totals
    choices: Sequence[Choice]
    #: The function filtered by; "" for all, or if there is no such function.
    chosen: str
    #: Codes of the States that begin the pages before and after; "" is the first page.
    previous: str | None
    next: str | None


def listing_for(
    actor: Actor, *, text: str, function_code: str, start: str, at: datetime
) -> Listing:
    """What `actor` may see of the directory, of that name and function, from the State `start` on.

    Takes a fixed number of queries.
    """
    everything = listed_entries(actor)
    functions = designated_functions([entry.id for entry in everything], at.date())
    choices = _choices(functions)
    chosen = function_code if function_code in {choice.code for choice in choices} else ""
    found = [
        entry
        for entry in everything
        if _has(functions, entry, chosen) and matches(text, entry.names)
    ]
    codes = list(dict.fromkeys(entry.state_code for entry in found))
    first = codes.index(start) if start in codes else 0
    shown = codes[first : first + STATES_ON_A_PAGE]
    entries = entries_with([entry.id for entry in found if entry.state_code in shown])
    reader = Reader(actor, at, actor.zone)
    return Listing(
        states=[_state_rows(reader, code, entries, functions) for code in shown],
        found_entries=len(found),
        found_states=len(codes),
        totals=_totals(everything, at),
        choices=choices,
        chosen=chosen,
        previous=_previous(codes, first),
        next=codes[first + STATES_ON_A_PAGE] if len(codes) > first + STATES_ON_A_PAGE else None,
    )


def _has(functions: Mapping[int, list[Function]], entry: Listed, code: str) -> bool:
    return not code or any(function.code == code for function in functions.get(entry.id, ()))


def _previous(codes: Sequence[str], first: int) -> str | None:
    if first == 0:
        return None
    return codes[first - STATES_ON_A_PAGE] if first > STATES_ON_A_PAGE else ""


def _totals(entries: Sequence[Listed], at: datetime) -> Totals:
    ages = Counter(entry.freshness_on(at.date()) for entry in entries)
    return Totals(
        states=len({entry.state_code for entry in entries}),
        entries=len(entries),
        confirmed=ages[Freshness.CONFIRMED],
        due=ages[Freshness.DUE],
        overdue=ages[Freshness.OVERDUE] + ages[Freshness.NEVER],
    )


def _choices(functions: Mapping[int, list[Function]]) -> list[Choice]:
    counts = Counter(function.code for held in functions.values() for function in held)
    known = {function.code: function for held in functions.values() for function in held}
    known |= {function.code: function for function in offered_functions()}
    return [
        Choice(function.code, function_name(function), counts[function.code])
        for function in sorted(known.values(), key=lambda function: function.position)
    ]


def _state_rows(
    reader: Reader,
    code: str,
    entries: Sequence[Authority],
    functions: Mapping[int, list[Function]],
) -> StateRows:
    own = [entry for entry in entries if entry.state_code == code]
    state = own[0].state
    return StateRows(
        state=cards.state_words(state) if state else (code, code, code),
        url=cards.state_url(code),
        entries=[_row(reader, entry, functions.get(entry.id, [])) for entry in own],
    )


def _row(reader: Reader, entry: Authority, functions: Sequence[Function]) -> Row:
    hours = weekly_hours(entry)
    return Row(
        name=entry.name,
        lang=entry.name_language,
        name_en=entry.english_name,
        url=cards.entry_url(entry) or "",
        functions=[function_label(function) for function in functions],
        is_open=is_open(hours, reader.at) if hours.intervals else None,
        open_words=open_words(hours, reader) if hours.intervals else "",
        languages=words.languages(entry),
        freshness=words.freshness(entry, reader.at),
    )
