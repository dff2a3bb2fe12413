"""The card shows exactly the office that a State designated for the function, today."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from forum.core import clock
from forum.core.db import db, operation
from forum.directory.cards import Card, counterpart_cards
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
    HostKind,
    Interpol,
    OfficeHours,
)
from forum.members.models import MemberStatus
from forum.policy import ANONYMOUS, Actor
from tests.factories import (
    EXTRADITION,
    MLA,
    SEA,
    TRANSFER,
    a_member,
    a_state,
    actor_of,
    an_authority,
    made,
)
from tests.support.queries import counted


@pytest.fixture
def reader(app: Flask, at: Any) -> Actor:
    """An officer of an office in Brussels that is open from nine to five."""
    return actor_of(a_member(an_authority("QM", MLA)))


def cards_of(
    app: Flask, reader: Actor, states: Sequence[str], function: str | None, **how: Any
) -> list[Card]:
    with app.test_request_context():
        return counterpart_cards(reader, states, function, **how)


def names_of(cards: Sequence[Card]) -> list[str | None]:
    return [card.authority.name if card.authority else None for card in cards]


@made
def designate(
    authority: Authority, function: str, from_on: date, until_on: date | None = None, **scope: str
) -> Designation:
    designation = Designation(
        authority_id=authority.id,
        function_code=function,
        from_on=from_on,
        until_on=until_on,
        **scope,
    )
    db.session.add(designation)
    db.session.flush()
    return designation


def test_each_function_has_its_own_office_of_one_state(app: Flask, reader: Actor) -> None:
    an_authority("QP", MLA, name="Prosecution")
    an_authority("QP", EXTRADITION, name="Foreign affairs")
    an_authority("QP", TRANSFER, name="Prisons")

    for function, office in (
        (MLA, "Prosecution"),
        (EXTRADITION, "Foreign affairs"),
        (TRANSFER, "Prisons"),
    ):
        cards = cards_of(app, reader, ["QP"], function)

        assert names_of(cards) == [office]
        assert cards[0].is_match
        assert cards[0].note is None
        assert [is_match for _, _, is_match in cards[0].functions] == [True]


def test_two_offices_for_one_function_come_with_their_scope(app: Flask, reader: Actor) -> None:
    an_authority("QR", MLA, name="Prosecutor", scope={"stage": "before the court has the case"})
    an_authority("QR", MLA, name="Justice", scope={"stage": "after", "territory": "the islands"})

    cards = cards_of(app, reader, ["QR"], MLA)

    assert {card.authority.name: card.scope for card in cards if card.authority} == {
        "Prosecutor": "before the court has the case",
        "Justice": "after; the islands",
    }
    assert cards[0].note == "2 offices of this State share this function."
    assert len({card.id for card in cards}) == 2


def test_an_office_for_a_territory_says_so_even_if_its_designation_does_not(
    app: Flask, reader: Actor
) -> None:
    an_authority("QN", MLA, name="Islands", territory="Ravelin Islands")
    an_authority("QN", MLA, name="Whole State")

    cards = cards_of(app, reader, ["QN"], MLA)

    assert [(name, card.scope) for name, card in zip(names_of(cards), cards, strict=True)] == [
        ("Whole State", None),
        ("Islands", "Ravelin Islands"),
    ]


def test_an_office_with_and_without_condition_is_competent_without(
    app: Flask, reader: Actor
) -> None:
    office = an_authority("QN", MLA, scope={"stage": "trial"})
    designate(office, MLA, date(2020, 1, 1))

    assert [card.scope for card in cards_of(app, reader, ["QN"], MLA)] == [None]


def test_where_none_is_notified_the_central_authority_is_shown_as_such(
    app: Flask, reader: Actor
) -> None:
    an_authority("QX", MLA, name="Justice")
    an_authority("QX", SEA, name="Coast guard")

    [card] = cards_of(app, reader, ["QX"], TRANSFER)

    assert card.authority is not None
    assert card.authority.name == "Justice"
    assert not card.is_match
    assert not any(is_match for _, _, is_match in card.functions)
    assert card.note == (
        "None notified for article 17. This is the central authority for mutual legal assistance"
        " (article 18)."
    )


def test_a_state_without_any_office_has_a_card_that_says_so(app: Flask, reader: Actor) -> None:
    a_state("QU", "Uvenia")
    an_authority("QV", EXTRADITION)

    cards = cards_of(app, reader, ["QU", "QV"], SEA)

    assert names_of(cards) == [None, None]
    assert cards[0].state == ("QU", "QUA", "Uvenia")
    assert cards[0].note == "None notified for article 8 of the Smuggling of Migrants Protocol."
    assert cards[0].vcard_url is None


def test_ended_and_future_designations_do_not_show(app: Flask, reader: Actor) -> None:
    today = clock.now().date()
    office = an_authority("QT", MLA, name="Federal")
    other = an_authority("QT", name="Canton")
    designate(other, MLA, date(2006, 1, 1), today - timedelta(days=1))
    designate(other, EXTRADITION, today + timedelta(days=1))

    assert names_of(cards_of(app, reader, ["QT"], MLA)) == [office.name]
    assert names_of(cards_of(app, reader, ["QT"], EXTRADITION)) == [office.name]
    assert not cards_of(app, reader, ["QT"], EXTRADITION)[0].is_match


def test_a_designation_holds_on_its_first_and_its_last_day(app: Flask, reader: Actor) -> None:
    today = clock.now().date()
    office = an_authority("QT", name="Canton")
    designate(office, MLA, today, today)

    for days, expected in ((-1, [None]), (0, ["Canton"]), (1, [None])):
        moment = clock.now() + timedelta(days=days)
        assert names_of(cards_of(app, reader, ["QT"], MLA, at=moment)) == expected


def test_cards_keep_the_order_of_the_states_and_leave_out_unknown_ones(
    app: Flask, reader: Actor
) -> None:
    for code in ("QN", "QO", "QP"):
        an_authority(code, MLA, name=f"Office {code}")

    cards = cards_of(app, reader, ["QP", "QN", "XX", "QP", "QO"], MLA)

    assert names_of(cards) == ["Office QP", "Office QN", "Office QO"]


def test_without_a_function_or_for_a_visitor_there_are_no_cards(app: Flask, reader: Actor) -> None:
    an_authority("QP", MLA)

    assert cards_of(app, reader, ["QP"], None) == []
    assert cards_of(app, reader, ["QP"], "UNKNOWN") == []
    assert cards_of(app, ANONYMOUS, ["QP"], MLA) == []


def test_the_number_of_queries_does_not_grow_with_the_states(app: Flask, reader: Actor) -> None:
    codes = [f"Q{letter}" for letter in "NOPQRSTUVW"]
    for code in codes:
        a_member(an_authority(code, MLA))
        an_authority(code, EXTRADITION, MLA, scope={"stage": "trial"})

    with counted(app) as one:
        assert len(cards_of(app, reader, codes[:1], MLA)) == 2
    with counted(app) as many:
        assert len(cards_of(app, reader, codes, MLA)) == 20

    assert many.total == one.total <= 12


def test_contacts_languages_and_channels_are_those_of_the_function(
    app: Flask, reader: Actor
) -> None:
    office = an_authority("QQ", MLA, EXTRADITION, interpol=Interpol.PROVISIONAL_ARREST_ONLY)
    furnish(office)

    [card] = cards_of(app, reader, ["QQ"], EXTRADITION)

    assert card.languages == "Arabic, English (translation needed)"
    assert card.channels == [
        ("Diplomatic", True),
        ("E-mail (advance copy)", True),
        ("INTERPOL (provisional arrest only)", True),
    ]
    assert [value for value, _ in card.phones] == [
        f"+000 555 {int(office.slug.rpartition('-')[2]):04}",
        "+000 555 0111 / 0112 / 0113",
        "+000 555 0117 ext. 204",
    ]
    assert [label for _, label in card.phones] == ["Office", "Secretary", "Urgent cases"]
    assert len(card.emails) == 1
    assert card.emails[0][1] == ""


@operation
def _furnish(number: int) -> None:
    db.session.add_all(
        [
            ContactPoint(
                authority_id=number,
                position=2,
                kind=ContactKind.PHONE,
                purpose=ContactPurpose.URGENT,
                value="+000 555 0117 ext. 204",
            ),
            ContactPoint(
                authority_id=number,
                position=3,
                kind=ContactKind.PHONE,
                label="Secretary",
                value="+000 555 0111 / 0112 / 0113",
            ),
            AcceptedLanguage(authority_id=number, position=0, code="ar"),
            AcceptedLanguage(authority_id=number, position=1, code="fr", function_code=MLA),
            AcceptedLanguage(
                authority_id=number,
                position=2,
                code="en",
                function_code=EXTRADITION,
                needs_translation=True,
            ),
            Channel(authority_id=number, position=0, kind=ChannelKind.DIPLOMATIC),
            Channel(
                authority_id=number,
                position=1,
                kind=ChannelKind.EMAIL,
                use=ChannelUse.ADVANCE_COPY,
            ),
        ]
    )


@made
def furnish(office: Authority) -> Authority:
    _furnish(office.id)
    found = db.session.get(Authority, office.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("interpol", "words"),
    [
        (Interpol.NO, ("INTERPOL", False)),
        (Interpol.YES, ("INTERPOL", True)),
        (Interpol.URGENT_ONLY, ("INTERPOL (urgent only)", True)),
    ],
)
def test_interpol_is_a_channel_on_its_conditions(
    app: Flask, reader: Actor, interpol: Interpol, words: tuple[str, bool]
) -> None:
    an_authority("QQ", MLA, interpol=interpol)

    assert cards_of(app, reader, ["QQ"], MLA)[0].channels == [words]


def test_those_who_can_answer_are_active_members_who_work_on_the_function(
    app: Flask, reader: Actor
) -> None:
    office = an_authority("QQ", MLA, EXTRADITION)
    a_member(office, name="All functions")
    a_member(office, name="Extradition", functions=[EXTRADITION])
    a_member(office, name="Assistance", functions=[MLA])
    a_member(office, name="Gone", until=date(2026, 11, 24))
    a_member(office, name="Not yet", since=date(2026, 11, 26))
    a_member(office, name="Pending", status=MemberStatus.PENDING)
    a_member(office, name="Suspended", status=MemberStatus.SUSPENDED)
    a_member(an_authority("QQ", TRANSFER), name="Elsewhere")

    [card] = cards_of(app, reader, ["QQ"], EXTRADITION)

    assert [name for name, _, _ in card.people] == ["All functions", "Extradition"]


@pytest.mark.parametrize(
    ("confirmed", "kind", "words"),
    [
        ("2026-11-01T00:00Z", "", "Last confirmed 1 Nov 2026"),
        ("2026-05-24T00:00Z", "due", "Last confirmed 24 May 2026, check due"),
        ("2025-11-24T00:00Z", "overdue", "Last confirmed 24 Nov 2025, check overdue"),
        (None, "overdue", "Never confirmed by the State"),
    ],
)
def test_old_entries_look_old(
    app: Flask, reader: Actor, confirmed: str | None, kind: str, words: str
) -> None:
    office = an_authority("QQ", MLA)
    confirm(office, None if confirmed is None else datetime.fromisoformat(confirmed))

    assert cards_of(app, reader, ["QQ"], MLA)[0].freshness == (kind, words)


@made
def confirm(office: Authority, moment: datetime | None) -> Authority:
    found = db.session.get(Authority, office.id)
    assert found is not None
    found.confirmed_at = moment
    db.session.flush()
    return found


def test_hours_in_both_zones_and_when_both_are_open(app: Flask, reader: Actor) -> None:
    # Wednesday, 12:00 UTC: 13:00 in Brussels, 09:00 in São Paulo.
    an_authority("QO", MLA, zone="America/Sao_Paulo", hours=[(2, 540, 720), (2, 780, 1080)])

    [card] = cards_of(app, reader, ["QO"], MLA)

    assert card.is_open
    assert card.open_words == "closes 16:00 your time"
    assert card.hours_words_reader == "13:00–16:00, 17:00–22:00"
    assert card.hours_words_office == "09:00–12:00, 13:00–18:00 Sao Paulo"
    assert card.overlap_words == "13:00–16:00"
    assert card.bar is not None
    assert card.bar.segments == [(780, 960, "office"), (1020, 1320, "office"), (780, 960, "both")]
    assert card.bar.now_minute == 780


def test_hours_of_an_office_whose_day_falls_on_two_of_the_readers(
    app: Flask, reader: Actor
) -> None:
    # Auckland is 12 hours ahead of Brussels in November: its Thursday is open from 21:00 Wednesday.
    an_authority("QZ", MLA, zone="Pacific/Auckland", hours=[(d, 540, 1020) for d in range(4)])

    [card] = cards_of(app, reader, ["QZ"], MLA)

    assert card.is_open is False
    assert card.open_words == "opens 21:00 your time"
    assert card.hours_words_reader == "00:00–05:00, 21:00–24:00"
    assert card.hours_words_office == "09:00–17:00 Auckland"
    assert card.overlap_words == ""


def test_an_office_that_is_closed_for_days_says_on_which_day_it_opens(
    app: Flask, reader: Actor
) -> None:
    an_authority("QZ", MLA, hours=[(0, 540, 720)])

    [card] = cards_of(app, reader, ["QZ"], MLA)

    assert card.open_words == "opens Mon 09:00 your time"
    assert card.hours_words_reader == ""
    assert card.hours_words_office == ""


def test_an_office_open_day_and_night(app: Flask, reader: Actor) -> None:
    an_authority("QZ", MLA, hours=[(day, 0, 1440) for day in range(7)])

    [card] = cards_of(app, reader, ["QZ"], MLA)

    assert card.is_open
    assert card.open_words == "day and night"
    assert card.hours_words_reader == "00:00–24:00"
    assert card.overlap_words == "09:00–17:00"


def test_hours_that_are_not_known_are_not_guessed(app: Flask, reader: Actor) -> None:
    an_authority("QZ", MLA, hours=[])

    [card] = cards_of(app, reader, ["QZ"], MLA)

    assert card.is_open is None
    assert card.bar is None


def test_nothing_is_said_of_overlap_with_oneself_or_with_unknown_hours(app: Flask, at: Any) -> None:
    own = an_authority("QM", MLA)
    reader = actor_of(a_member(own))
    homeless = actor_of(a_member(an_authority("QN", MLA, hours=[])))

    assert cards_of(app, reader, ["QM"], MLA)[0].overlap_words is None
    assert cards_of(app, homeless, ["QM"], MLA)[0].overlap_words is None


@pytest.mark.parametrize(
    ("moment", "is_open", "reader_words"),
    [
        # New York, 09:00–17:00; reader in Brussels. Both on winter time, then only New York on
        # summer time, then both; and the other way round in autumn.
        ("2026-03-06T14:30Z", True, "15:00–23:00"),
        ("2026-03-09T13:30Z", True, "14:00–22:00"),
        ("2026-03-30T13:30Z", True, "15:00–23:00"),
        ("2026-10-26T13:30Z", True, "14:00–22:00"),
        ("2026-11-02T13:30Z", False, "15:00–23:00"),
    ],
)
def test_hours_are_right_across_a_clock_change(
    app: Flask, reader: Actor, moment: str, is_open: bool, reader_words: str
) -> None:
    an_authority("QZ", MLA, zone="America/New_York")

    [card] = cards_of(app, reader, ["QZ"], MLA, at=datetime.fromisoformat(moment))

    assert card.is_open is is_open
    assert card.hours_words_reader == reader_words
    assert card.hours_words_office == "09:00–17:00 New York"


def test_the_reader_may_be_shown_another_zone(app: Flask, reader: Actor) -> None:
    an_authority("QZ", MLA)

    [card] = cards_of(app, reader, ["QZ"], MLA, zone="Asia/Kathmandu")

    assert card.hours_words_reader == "13:45–21:45"
    assert replace(card, answered=("waiting", "")).answered == ("waiting", "")


def test_the_secretariat_is_nobodys_counterpart(app: Flask, reader: Actor) -> None:
    a_state("QU", "Uvenia")
    office = an_authority(None, name="Secretariat")
    designate(office, MLA, date(2020, 1, 1))

    assert office.host_kind is HostKind.SECRETARIAT
    assert names_of(cards_of(app, reader, ["QU"], MLA)) == [None]


def test_lunch_is_a_gap(app: Flask, reader: Actor) -> None:
    hours = [OfficeHours(day=2, start=540, end=750), OfficeHours(day=2, start=810, end=1020)]
    an_authority("QZ", MLA, hours=[(each.day, each.start, each.end) for each in hours])

    [card] = cards_of(app, reader, ["QZ"], MLA)

    # 13:00 in Brussels
    assert card.is_open is False
    assert card.open_words == "opens 13:30 your time"
