"""States, what they are party to, and their entries in the directory."""

from datetime import date
from typing import Final

from sqlalchemy import select

from forum.core import clock
from forum.core.db import db
from forum.demo.files import Ledger, Row, moment_ago, network
from forum.directory.models import (
    AcceptedLanguage,
    Authority,
    Channel,
    ChannelKind,
    ChannelUse,
    ContactKind,
    ContactPoint,
    ContactPurpose,
    Designation,
    FunctionTerms,
    HostKind,
    Interpol,
    OfficeHours,
    Stance,
    Visibility,
)
from forum.reference.models import Party, State

SECRETARIAT: Final = "secretariat"

#: Columns in which the file says more of the Secretariat than `forum init` did.
_OF_THE_SECRETARIAT: Final = (
    *("name", "name_en", "contact_post", "address_lines", "postal_code", "city", "website"),
    *("zone", "is_oral_accepted", "oral_confirm_days", "remarks", "visibility", "confirmed_at"),
)
_FORMATS: Final = {"paper": "paper", "scan": "scan", "e_signed": "electronically signed"}
_MINUTES_A_DAY: Final = 24 * 60


def load_states(ledger: Ledger) -> None:
    """Add the invented States and their standing to the instruments."""
    zones: dict[str, set[str]] = {}
    for authority in network()["authorities"]:
        zones.setdefault(authority["state"], set()).add(authority["zone"])
    for row in ledger.new("state", network()["states"], key="code"):
        names = {f"name_{language}": name for language, name in row["names"].items()}
        state = State(
            code=row["code"],
            alpha3=row["alpha3"],
            un_group=row["region"],
            zone=row["zone"],
            zones=[row["zone"], *sorted(zones.get(row["code"], set()) - {row["zone"]})],
            official_languages=row["languages_notified"],
            **names,
        )
        db.session.add(state)
        db.session.flush()
        db.session.add_all(
            Party(
                state_code=row["code"],
                instrument_code=party["instrument"],
                deposited_on=date.fromisoformat(party["deposited"]),
                as_of=clock.now().date(),
                source="demonstration",
            )
            for party in row["parties"]
        )


def load_authorities(ledger: Ledger) -> None:
    """Add the entries of the invented States, and complete that of the Secretariat."""
    for row in ledger.new("authority", network()["authorities"]):
        if row["key"] == SECRETARIAT:
            _complete_secretariat(row)
        else:
            db.session.add(_authority(row))
    db.session.flush()


def authority_ids() -> dict[str, int]:
    """Numbers of the entries that are still there, by their keys in the file."""
    numbers = {
        (state, slug): number
        for state, slug, number in db.session.execute(
            select(Authority.state_code, Authority.slug, Authority.id)
        )
    }
    found = {}
    for row in network()["authorities"]:
        if row["key"] == SECRETARIAT:
            found[SECRETARIAT] = the_secretariat().id
        elif (row["state"], slug_of(row)) in numbers:
            found[row["key"]] = numbers[row["state"], slug_of(row)]
    return found


def slug_of(row: Row) -> str:
    """The last part of an entry's address."""
    return str(row["key"].partition("-")[2])


def the_secretariat() -> Authority:
    """The entry that `forum init` made."""
    return db.session.scalars(
        select(Authority).where(Authority.host_kind == HostKind.SECRETARIAT)
    ).one()


def _complete_secretariat(row: Row) -> None:
    """Give it an address, hours and lines, unless somebody already did."""
    secretariat = the_secretariat()
    if secretariat.contacts or secretariat.hours:
        return
    entry = _authority(row)
    for column in _OF_THE_SECRETARIAT:
        setattr(secretariat, column, getattr(entry, column))
    for parts in ("contacts", "hours", "languages", "channels"):
        found, entry_parts = list(getattr(entry, parts)), getattr(entry, parts)
        entry_parts.clear()
        getattr(secretariat, parts).extend(found)


def _authority(row: Row) -> Authority:
    address, is_confirmed = row["postal_address"], row["confirmed_days_ago"] is not None
    confirmed_at = moment_ago(row["confirmed_days_ago"], row["zone"]) if is_confirmed else None
    return Authority(
        state_code=row["state"],
        slug=slug_of(row),
        name=row["name"],
        name_language=row["name_lang"],
        name_en=row["name_en"],
        units=row["units"],
        host_kind=HostKind(row["host_kind"]) if row["state"] else HostKind.SECRETARIAT,
        contact_post=row["post"] or "",
        territory=row["territory"] or "",
        address_lines=address["lines"],
        postal_code=address["code"],
        city=address["city"],
        website=row["website"] or "",
        zone=row["zone"],
        text_language=row["text_lang"],
        interpol=Interpol(row["interpol"]),
        urgent_procedure=row["urgent_procedure"] or "",
        is_oral_accepted=row["oral_request"]["accepted"],
        oral_confirm_days=row["oral_request"]["confirm_within_days"],
        formats=", ".join(_FORMATS[kind] for kind in row["formats"]),
        remarks=row["remarks"] or "",
        visibility=Visibility(row["visibility"]),
        updated_at=confirmed_at or clock.now(),
        confirmed_at=confirmed_at,
        contacts=_contacts(row),
        hours=[
            OfficeHours(day=part["day"], start=_minutes(part["from"]), end=_minutes(part["to"]))
            for part in row["hours"]
        ],
        languages=[
            AcceptedLanguage(
                position=place,
                code=language["code"],
                function_code=language["function"],
                needs_translation=language["translation_needed"],
            )
            for place, language in enumerate(row["languages"])
        ],
        channels=[
            Channel(position=place, kind=_channel(channel["kind"]), use=ChannelUse(channel["use"]))
            for place, channel in enumerate(row["channels"])
        ],
        terms=_terms(row),
        designations=_designations(row),
    )


def _contacts(row: Row) -> list[ContactPoint]:
    lines = [(ContactKind.EMAIL, mail["address"], "", mail) for mail in row["emails"]]
    for phone in row["phones"]:
        kind = ContactKind.FAX if phone["purpose"] == "fax" else ContactKind.PHONE
        lines.append((kind, phone["number"], phone["label"], phone))
    return [
        ContactPoint(
            position=place,
            kind=kind,
            purpose=ContactPurpose.URGENT if line["purpose"] == "urgent" else ContactPurpose.MAIN,
            label=label,
            value=value,
            visibility=Visibility(line["visibility"]),
        )
        for place, (kind, value, label, line) in enumerate(lines)
    ]


def _channel(kind: str) -> ChannelKind:
    return ChannelKind.PORTAL if kind == "direct_portal" else ChannelKind(kind)


def _terms(row: Row) -> list[FunctionTerms]:
    return [
        FunctionTerms(
            function_code=function,
            requirements=row["requirements"].get(function, ""),
            legal_basis=Stance(row["legal_basis"][function])
            if function in row["legal_basis"]
            else None,
        )
        for function in sorted({*row["requirements"], *row["legal_basis"]})
    ]


def _designations(row: Row) -> list[Designation]:
    return [
        Designation(
            function_code=part["function"],
            stage=part["scope"]["stage"] or "",
            kind_of_request=part["scope"]["kind"] or "",
            territory=part["scope"]["territory"] or "",
            from_on=date.fromisoformat(part["from"]),
            until_on=date.fromisoformat(part["until"]) if part["until"] else None,
            note_reference=part["note_reference"] or "",
        )
        for part in row["designations"]
    ]


def _minutes(clock_time: str) -> int:
    hours, _, minutes = clock_time.partition(":")
    return min(int(hours) * 60 + int(minutes), _MINUTES_A_DAY)
