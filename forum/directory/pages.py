"""What the pages of a State and of an entry show, in words, for one reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from forum.core.errors import NotFound
from forum.directory import cards, clockface, words
from forum.directory.models import (
    Authority,
    ContactKind,
    FunctionTerms,
)
from forum.directory.queries import contacts_for, entries_for, entry_for
from forum.directory.standing import members_of
from forum.policy import Actor
from forum.reference.models import Function
from forum.reference.queries import bonds_of, state_with
from forum.reference.words import (
    function_label,
    function_name,
    instrument_name,
    language_name,
    standing_words,
)
from forum.web.templating import zone_label


@dataclass(frozen=True)
class BondRow:
    """An instrument, and what is known of the State's being bound by it."""

    instrument: str
    standing: str
    #: Of which day the source is.
    as_of: date | None


@dataclass(frozen=True)
class DesignationRow:
    """What an office is named for."""

    office: str
    office_lang: str
    office_url: str
    function: str
    article: str
    scope: str
    scope_lang: str
    since: date
    until: date | None
    note_reference: str


@dataclass(frozen=True)
class StatePage:
    """A State as one reader sees it."""

    state: cards.StateWords
    cards: Sequence[cards.Card]
    designations: Sequence[DesignationRow]
    bonds: Sequence[BondRow]


def state_page(actor: Actor, code: str, at: datetime) -> StatePage:
    """The page of a State. For a visitor there is one only where an entry is public.

    Raises NotFound if there is none that `actor` may know of.
    """
    state = state_with(code)
    if state is None:
        raise NotFound(f"state {code}")
    entries = entries_for(actor, state.code)
    if not entries and not actor.is_member:
        raise NotFound(f"state {code}")
    return StatePage(
        state=cards.state_words(state),
        cards=cards.entry_cards(actor, entries, at),
        designations=[row for entry in entries for row in _designations(entry, at.date())],
        bonds=[
            BondRow(
                instrument_name(bond.instrument_code, bond.title),
                standing_words(bond.party),
                bond.party.as_of if bond.party else None,
            )
            for bond in bonds_of(state.code)
        ],
    )


@dataclass(frozen=True)
class TermsRow:
    """What an office asks for under one function."""

    function: str
    requirements: str
    legal_basis: str


@dataclass(frozen=True)
class PersonRow:
    """Somebody who stands for an office."""

    id: int
    name: str
    post: str
    languages: str


@dataclass(frozen=True)
class EntryPage:
    """An entry with all its fields, as one reader sees it."""

    state_url: str
    card: cards.Card
    #: The English name, where the name is in another language.
    name_en: str
    #: (label, value, language of the value or "") of whatever the State filled in.
    office: Sequence[tuple[str, str, str]]
    address: Sequence[str]
    website: str
    faxes: Sequence[str]
    ways: Sequence[tuple[str, str, str]]
    languages: Sequence[tuple[str, str]]
    zone: str
    week: Sequence[tuple[str, str]]
    designations: Sequence[DesignationRow]
    terms: Sequence[TermsRow]
    remarks: str
    text_lang: str
    updated_at: datetime
    #: None for a visitor, who sees no people.
    people: Sequence[PersonRow] | None


def entry_page(actor: Actor, state_code: str, slug: str, at: datetime) -> EntryPage:
    """The page of an entry. Raises NotFound if `actor` may not know of it."""
    state = state_with(state_code)
    if state is None:
        raise NotFound(f"state {state_code}")
    entry = entry_for(actor, state.code, slug)
    contacts = contacts_for(actor, entry)
    return EntryPage(
        state_url=cards.state_url(state.code),
        card=cards.card_of(cards.reader_of(actor, at), entry),
        name_en=entry.english_name,
        office=_office(entry),
        address=_address(entry),
        website=entry.website if entry.website.startswith(("https://", "http://")) else "",
        faxes=[line.value for line in contacts if line.kind is ContactKind.FAX],
        ways=_ways(entry),
        languages=_languages(entry, at.date()),
        zone=zone_label(entry.zone, at),
        week=clockface.week(entry),
        designations=list(_designations(entry, at.date())),
        terms=_terms(entry, at.date()),
        remarks=entry.remarks,
        text_lang=entry.text_language,
        updated_at=entry.updated_at,
        people=_people(entry, at.date()) if actor.is_member else None,
    )


def _designations(entry: Authority, on: date) -> list[DesignationRow]:
    """Those in force; one that ended says nothing about today."""
    return [
        DesignationRow(
            office=entry.name,
            office_lang=entry.name_language,
            office_url=cards.entry_url(entry) or "",
            function=function_name(held.function),
            article=function_label(held.function),
            scope=words.scope(entry, [held]) or "",
            scope_lang=entry.text_language,
            since=held.from_on,
            until=held.until_on,
            note_reference=held.note_reference,
        )
        for held in sorted(
            entry.designations_in_force(on), key=lambda held: (held.function.position, held.id)
        )
    ]


def _office(entry: Authority) -> list[tuple[str, str, str]]:
    rows = [
        (gettext("Kind of body"), str(words.HOSTS[entry.host_kind]), ""),
        *((gettext("Unit"), unit, entry.name_language) for unit in entry.units),
        (gettext("Attention"), entry.contact_post, entry.name_language),
        (gettext("Territory"), entry.territory, entry.name_language),
    ]
    return [(str(label), value, lang) for label, value, lang in rows if value]


def _address(entry: Authority) -> list[str]:
    town = " ".join(part for part in (entry.postal_code, entry.city) if part)
    return [line for line in (*entry.address_lines, town) if line]


def _ways(entry: Authority) -> list[tuple[str, str, str]]:
    interpol = str(words.INTERPOL[entry.interpol])
    rows = [
        (gettext("INTERPOL"), interpol, ""),
        (gettext("Oral request in urgency"), words.oral_words(entry), ""),
        (gettext("Formats"), entry.formats, entry.text_language),
    ]
    return [(str(label), value, lang) for label, value, lang in rows if value]


def _languages(entry: Authority, on: date) -> list[tuple[str, str]]:
    """Each language and what it is accepted for."""
    functions = {held.function.code: held.function for held in entry.designations_in_force(on)}
    found: dict[str, list[str]] = {}
    for accepted in entry.languages:
        if accepted.function_code is None:
            name = str(gettext("all functions"))
        elif accepted.function_code in functions:
            name = function_name(functions[accepted.function_code])
        else:
            continue
        if accepted.needs_translation:
            name = str(gettext("%(function)s (translation needed)", function=name))
        found.setdefault(language_name(accepted.code), []).append(name)
    return [(language, ", ".join(names)) for language, names in found.items()]


def _terms(entry: Authority, on: date) -> list[TermsRow]:
    functions: dict[str, Function] = {
        held.function.code: held.function for held in entry.designations_in_force(on)
    }
    shown: list[tuple[Function, FunctionTerms]] = sorted(
        (
            (functions[terms.function_code], terms)
            for terms in entry.terms
            if terms.function_code in functions
        ),
        key=lambda pair: pair[0].position,
    )
    return [
        TermsRow(
            function_name(function),
            terms.requirements,
            str(words.STANCES[terms.legal_basis]) if terms.legal_basis else "",
        )
        for function, terms in shown
    ]


def _people(entry: Authority, on: date) -> list[PersonRow]:
    return [
        PersonRow(
            member.id,
            member.name,
            member.post,
            ", ".join(language_name(code) for code in member.languages),
        )
        for member in members_of([entry.id], on).get(entry.id, [])
    ]
