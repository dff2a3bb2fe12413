"""The counterpart card: which office answers for a function in a State, and how to reach it.

Cards hold words and addresses, ready for `templates/_macros/card.html`, and nothing that their
reader may not see.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from forum.core import clock
from forum.directory import clockface, words
from forum.directory.clockface import Reader
from forum.directory.competence import Competence, competent_or_central
from forum.directory.models import Authority, ContactKind, ContactPoint, ContactPurpose, Designation
from forum.directory.queries import contacts_for, own_office
from forum.directory.standing import members_of, works_on
from forum.members.models import Member
from forum.policy import Actor
from forum.reference.models import Function, State
from forum.reference.queries import function_with, states_with
from forum.reference.words import article_words, function_label

StateWords = tuple[str, str, str]


@dataclass(frozen=True)
class Office:
    """The authority on a card, by name; `url` leads to its entry."""

    name: str
    url: str | None
    lang: str


@dataclass(frozen=True)
class Card:
    """What a card shows; the fields are explained in `templates/_macros/card.html`."""

    id: str
    #: Code, alpha-3 code and name.
    state: StateWords
    authority: Office | None = None
    scope: str | None = None
    is_match: bool = False
    note: str | None = None
    functions: Sequence[tuple[str, str, bool]] = ()
    is_open: bool | None = None
    open_words: str = ""
    hours_words_reader: str = ""
    hours_words_office: str = ""
    overlap_words: str | None = None
    reader_clock: str = ""
    bar: clockface.Bar | None = None
    emails: Sequence[tuple[str, str]] = ()
    phones: Sequence[tuple[str, str]] = ()
    languages: str = ""
    channels: Sequence[tuple[str, bool]] = ()
    urgent: str | None = None
    text_lang: str = "en"
    freshness: tuple[str, str] | None = None
    answered: tuple[str, str] | None = None
    people: Sequence[tuple[str, str, str]] = ()
    vcard_url: str | None = None
    is_restricted: bool = False


def counterpart_cards(
    actor: Actor,
    state_codes: Sequence[str],
    function_code: str | None,
    at: datetime | None = None,
    zone: str | None = None,
) -> list[Card]:
    """For each State, in the order given, the offices that answer for the function today.

    Exactly those that it designated for that function; where there is none, a card that says so
    and shows the central authority of article 18, labelled as such. Without a function there is no
    competent office to show. Takes a fixed number of queries.
    """
    function = function_with(function_code) if function_code else None
    if function is None or not actor.is_member:
        return []
    at = at or clock.now()
    codes = list(dict.fromkeys(state_codes))
    states = states_with(codes)
    competent, central = competent_or_central(codes, function.code, at.date())
    shown = [found for code in codes for found in competent.get(code, central.get(code, []))]
    people = members_of([found.authority.id for found in shown], at.date())
    reader = reader_of(actor, at, zone)
    cards: list[Card] = []
    for state in (states[code] for code in codes if code in states):
        if state.code in competent:
            cards += _matching(reader, function, competent[state.code], people)
        elif state.code in central:
            cards += _instead(reader, function, central[state.code], people)
        else:
            cards.append(none_notified(state, function))
    return cards


def entry_cards(actor: Actor, authorities: Iterable[Authority], at: datetime) -> list[Card]:
    """Cards of entries that `actor` may read, with all their functions."""
    reader = reader_of(actor, at)
    return [card_of(reader, authority) for authority in authorities]


def reader_of(actor: Actor, at: datetime, zone: str | None = None) -> Reader:
    """Who reads, when, and when the reader's own office is open."""
    return Reader(actor, at, zone or actor.zone, own_office(actor))


def none_notified(state: State, function: Function) -> Card:
    """The card of a State that has no office to show."""
    note = gettext("None notified for %(article)s.", article=article_words(function))
    return Card(id=f"card-{state.code.lower()}", state=state_words(state), note=str(note))


def _matching(
    reader: Reader,
    function: Function,
    found: Collection[Competence],
    people: dict[int, list[Member]],
) -> list[Card]:
    note = None
    if len(found) > 1:
        note = str(gettext("%(n)s offices of this State share this function.", n=len(found)))
    return [
        card_of(
            reader,
            each.authority,
            function,
            scope=words.scope(each.authority, each.designations),
            note=note,
            is_match=True,
            people=people.get(each.authority.id, ()),
        )
        for each in found
    ]


def _instead(
    reader: Reader,
    function: Function,
    found: Collection[Competence],
    people: dict[int, list[Member]],
) -> list[Card]:
    note = gettext(
        "None notified for %(article)s. This is the central authority for mutual legal assistance (article 18).",
        article=article_words(function),
    )
    return [
        card_of(
            reader,
            each.authority,
            function,
            scope=words.scope(each.authority, each.designations),
            note=str(note),
            people=people.get(each.authority.id, ()),
        )
        for each in found
    ]


def card_of(
    reader: Reader,
    authority: Authority,
    function: Function | None = None,
    *,
    scope: str | None = None,
    note: str | None = None,
    is_match: bool = False,
    people: Collection[Member] = (),
) -> Card:
    """The card of one entry that the reader may see; `authority` has its State and parts loaded."""
    contacts = contacts_for(reader.actor, authority)
    times = clockface.times_of(authority, reader)
    in_force = authority.designations_in_force(reader.at.date())
    return Card(
        id=f"card-{authority.id}",
        state=state_words(authority.state) if authority.state else ("", "", ""),
        authority=Office(authority.name, entry_url(authority), authority.name_language),
        scope=scope,
        is_match=is_match,
        note=note,
        functions=_chips(in_force, function if is_match else None),
        is_open=times.is_open,
        open_words=times.open_words,
        hours_words_reader=times.reader_words,
        hours_words_office=times.office_words,
        overlap_words=times.overlap_words,
        reader_clock=times.reader_clock,
        bar=times.bar,
        emails=_lines(contacts, ContactKind.EMAIL),
        phones=_lines(contacts, ContactKind.PHONE),
        languages=words.languages(authority, function),
        channels=words.channels(authority),
        urgent=authority.urgent_procedure or None,
        text_lang=authority.text_language,
        freshness=words.freshness(authority, reader.at),
        people=[
            (member.name, member.post, url_for("people.member", member_id=member.id))
            for member in people
            if reader.actor.is_member and (function is None or works_on(member, function.code))
        ],
        vcard_url=vcard_url(authority),
        is_restricted=not contacts and not reader.actor.is_member,
    )


def state_words(state: State) -> StateWords:
    """A State as cards and tiles name it."""
    return state.code, state.alpha3, state.name_en


def state_url(state_code: str) -> str:
    """Where a State's page is."""
    return url_for("directory.state", state=state_code.lower())


def entry_url(authority: Authority) -> str | None:
    """Where an entry is; the Secretariat has none."""
    if authority.state_code is None:
        return None
    return url_for("directory.entry", state=authority.state_code.lower(), authority=authority.slug)


def vcard_url(authority: Authority) -> str | None:
    """Where an entry's vCard is."""
    if authority.state_code is None:
        return None
    return url_for("directory.vcard", state=authority.state_code.lower(), authority=authority.slug)


def _chips(
    designations: Iterable[Designation], match: Function | None
) -> list[tuple[str, str, bool]]:
    functions = {held.function.code: held.function for held in designations}
    return [
        (function.code, function_label(function), match is not None and function.code == match.code)
        for function in sorted(functions.values(), key=lambda function: function.position)
    ]


def _lines(contacts: Iterable[ContactPoint], kind: ContactKind) -> list[tuple[str, str]]:
    """Value and label, those for every day first; a single line for every day needs no label."""
    lines = [line for line in contacts if line.kind is kind]
    lines.sort(key=lambda line: line.purpose is ContactPurpose.URGENT)
    is_plain = len(lines) == 1 and lines[0].purpose is ContactPurpose.MAIN
    return [(line.value, "" if is_plain else words.contact_label(line)) for line in lines]
