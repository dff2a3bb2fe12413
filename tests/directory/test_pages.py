"""Who sees what of the directory: on pages, in the search, in counts and in vCards."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.audit.models import AuditEntry
from forum.core import clock
from forum.core.db import db
from forum.directory.models import (
    Authority,
    ContactKind,
    ContactPoint,
    ContactPurpose,
    Designation,
    FunctionTerms,
    Stance,
    Visibility,
)
from forum.reference.models import Party, State
from tests.factories import (
    EXTRADITION,
    MLA,
    TRANSFER,
    a_member,
    a_state,
    an_authority,
    made,
    sign_in,
)
from tests.pages import visit
from tests.support.queries import counted

OPEN = Visibility.PUBLIC


@made
def add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def office(app: Flask, at: Any) -> Authority:
    """A public entry with a line for members only."""
    made = an_authority("QM", MLA, name="Ministère de la Justice", visibility=OPEN)
    add(
        ContactPoint(
            authority_id=made.id,
            position=5,
            kind=ContactKind.PHONE,
            purpose=ContactPurpose.URGENT,
            label="Duty magistrate",
            value="+000 555 9999",
        )
    )
    add(
        ContactPoint(
            authority_id=made.id,
            position=6,
            kind=ContactKind.FAX,
            value="+000 555 8888",
            visibility=OPEN,
        )
    )
    return made


@pytest.fixture
def hidden(app: Flask, at: Any) -> Authority:
    """An entry for members only, of another State."""
    a_state("QN", "Nordavia")
    return an_authority("QN", MLA, EXTRADITION, name="Hidden Office")


@pytest.fixture
def inside(client: FlaskClient, app: Flask, at: Any) -> FlaskClient:
    """A browser in which an officer of a third State is signed in."""
    a_state("QO", "Oremia")
    sign_in(client, a_member(an_authority("QO", MLA, name="Own Office")))
    return client


def path_of(authority: Authority) -> str:
    return f"/directory/{(authority.state_code or '').lower()}/{authority.slug}"


def test_a_visitor_sees_public_entries_and_their_public_lines_only(
    client: FlaskClient, office: Authority, hidden: Authority
) -> None:
    a_member(office, name="Somebody Inside")

    for path in ("/directory", "/directory/qm", path_of(office)):
        page = visit(client, path)

        assert page.status == 200
        assert office.name in page.words
        for unseen in ("9999", "Duty magistrate", "Hidden Office", "Nordavia", "Somebody Inside"):
            assert unseen not in page.text, path
    assert f"office@{office.slug}.example" in visit(client, path_of(office)).text


def test_a_visitor_is_sent_to_sign_in_for_the_hidden_and_the_missing_alike(
    client: FlaskClient, office: Authority, hidden: Authority
) -> None:
    a_state("QU", "Uvenia")

    for path in (
        path_of(hidden),
        path_of(hidden) + ".vcf",
        "/directory/qm/there-is-none",
        "/directory/qm/there-is-none.vcf",
        "/directory/qn",
        "/directory/qu",
        "/directory/zz",
        "/directory/%C3%9F",
    ):
        response = client.get(path)

        assert response.status_code == 303, path
        assert response.headers["Location"] == f"/sign-in?next={path}"


def test_a_member_sees_every_entry_line_and_colleague(
    inside: FlaskClient, office: Authority, hidden: Authority
) -> None:
    a_member(hidden, name="Somebody Inside")
    a_member(hidden, name="Somebody Gone", until=clock.now().date() - timedelta(days=1))

    assert "+000 555 9999" in visit(inside, path_of(office)).words
    assert "Nordavia" in visit(inside, "/directory").words
    entry = visit(inside, path_of(hidden))
    assert "Somebody Inside" in entry.words
    assert "Somebody Gone" not in entry.words


def test_a_member_is_told_the_same_of_every_address_that_leads_nowhere(
    inside: FlaskClient, office: Authority
) -> None:
    secretariat = an_authority(None, name="Secretariat")

    pages = [
        visit(inside, path)
        for path in (
            "/directory/zz",
            "/directory/%C3%9F",
            "/directory/qm/none",
            f"/directory/qm/{secretariat.slug}",
            f"/directory/qm/{secretariat.slug}.vcf",
        )
    ]

    assert {page.status for page in pages} == {404}
    assert len({page.words for page in pages}) == 1


def test_counts_tell_a_visitor_of_public_entries_only(
    client: FlaskClient, office: Authority, hidden: Authority
) -> None:
    page = visit(client, "/directory")

    assert "States with an entry 1 Authorities 1 " in page.words
    assert "Mutual legal assistance (1)" in page.words
    assert "Extradition (0)" in page.words
    assert "1 authority in 1 State" in page.words


def test_counts_tell_a_member_of_all_entries(
    inside: FlaskClient, office: Authority, hidden: Authority
) -> None:
    page = visit(inside, "/directory")

    assert "States with an entry 3 Authorities 3 " in page.words
    assert "Extradition (1)" in page.words


@pytest.mark.parametrize(
    "text", ["arvenia", "QMA", "qm", "أرفينيا", "阿尔维", "арвения", "JUSTICE"]
)
def test_an_entry_is_found_by_its_state_in_each_language_and_by_its_name(
    client: FlaskClient, app: Flask, at: Any, text: str
) -> None:
    a_state("QM", "Arvenia", name_ar="أرفينيا", name_zh="阿尔维尼亚", name_ru="Арвения")
    an_authority("QM", MLA, name="Ministère de la Justice", visibility=OPEN)
    an_authority("QP", MLA, name="Fiscalía", visibility=OPEN)

    page = visit(client, "/directory").fill(q=text).send()

    assert "Ministère de la Justice" in page.words
    assert "Fiscalía" not in page.words
    assert page.form().filled["q"] == text


def test_a_search_does_not_find_what_its_reader_may_not_see(
    client: FlaskClient, office: Authority, hidden: Authority
) -> None:
    for text in ("Hidden", "Nordavia", "QN"):
        page = visit(client, "/directory").fill(q=text).send()

        assert "0 authorities in 0 States" in page.words
        assert "No entry meets this search" in page.words


def test_the_list_is_filtered_by_function_and_ended_ones_do_not_count(
    inside: FlaskClient, office: Authority, hidden: Authority
) -> None:
    ended = an_authority("QP", name="Ended Office")
    add(
        Designation(
            authority_id=ended.id,
            function_code=TRANSFER,
            from_on=date(2010, 1, 1),
            until_on=date(2020, 1, 1),
        )
    )

    page = visit(inside, "/directory").fill(function=EXTRADITION).send()
    nothing = visit(inside, "/directory").fill(function=TRANSFER).send()

    assert "Hidden Office" in page.words
    assert office.name not in page.words
    assert page.form().filled["function"] == EXTRADITION
    assert "0 authorities" in nothing.words


def test_a_function_that_there_is_not_filters_nothing(
    inside: FlaskClient, office: Authority
) -> None:
    page = visit(inside, "/directory?function=NONE&from=nowhere&q=")

    assert office.name in page.words


def test_a_long_list_has_pages_that_lead_on_and_back(client: FlaskClient, app: Flask) -> None:
    codes = [f"{number:02}" for number in range(52)]
    for code in codes:
        an_authority(code, MLA, visibility=OPEN)

    first = visit(client, "/directory?q=state")
    [onward] = {link for link in first.links() if "from=" in link}
    second = visit(client, onward)

    assert [f"State {code}" in first.words for code in codes] == [True] * 40 + [False] * 12
    assert [f"State {code}" in second.words for code in codes] == [False] * 40 + [True] * 12
    assert "/directory?q=state" in second.links()
    assert "52 authorities in 52 States" in second.words


def test_the_number_of_queries_does_not_grow_with_the_entries(
    inside: FlaskClient, app: Flask, office: Authority
) -> None:
    paths = ("/directory", "/directory/qm", path_of(office))
    few, many = [], []
    for path in paths:
        with counted(app) as seen:
            visit(inside, path)
        few.append(seen.total)
    for _ in range(6):
        a_member(office)
        a_member(an_authority("QM", MLA, EXTRADITION, visibility=OPEN))
        an_authority("QP", TRANSFER)
    for path in paths:
        with counted(app) as seen:
            visit(inside, path)
        many.append(seen.total)

    assert many == few
    assert max(few) <= 20


def test_a_state_page_says_what_is_known_of_instruments_and_no_more(
    inside: FlaskClient, app: Flask
) -> None:
    a_state("QU", "Uvenia")
    add(Party(state_code="QU", instrument_code="UNTOC", act="accession", signed_on=None))

    page = visit(inside, "/directory/QU")

    assert "Organized Crime Convention Party: date not known" in page.words
    assert "Firearms Protocol Not known to be a party" in page.words
    assert "not a party" not in page.words.lower()
    assert "None notified" in page.words


def test_a_state_page_says_who_is_competent_for_what_and_leaves_out_what_ended(
    client: FlaskClient, office: Authority
) -> None:
    add(
        Designation(
            authority_id=office.id,
            function_code=EXTRADITION,
            from_on=date(2010, 1, 1),
            until_on=date(2020, 1, 1),
        )
    )
    add(
        Designation(
            authority_id=office.id,
            function_code=TRANSFER,
            stage="After judgment",
            from_on=date(2012, 5, 4),
            note_reference="Note 7/12",
        )
    )

    page = visit(client, "/directory/qm")

    assert "Transfer of sentenced persons" in page.words
    assert "After judgment" in page.words
    assert "4 May 2012" in page.words
    assert "Note 7/12" in page.words
    assert "Extradition" not in page.words


def test_an_entry_shows_all_its_fields(client: FlaskClient, app: Flask, at: Any) -> None:
    office = an_authority(
        "QM",
        MLA,
        name="Ministère",
        name_language="fr",
        visibility=OPEN,
        units=["Division A", "Section 3"],
        contact_post="Secretary",
        territory="Isles",
        address_lines=["1 Square", "Wing B"],
        postal_code="1000",
        city="Arven",
        website="https://moj.example/",
        formats="scan",
        remarks="Two lawyers.\nBe patient.",
        urgent_procedure="Call first.",
        is_oral_accepted=True,
        oral_confirm_days=10,
        text_language="en",
    )
    add(
        FunctionTerms(
            authority_id=office.id,
            function_code=MLA,
            requirements="Two copies.",
            legal_basis=Stance.CONDITIONS,
        )
    )
    add(
        FunctionTerms(
            authority_id=office.id, function_code=EXTRADITION, requirements="Not for this office."
        )
    )

    page = visit(client, path_of(office))

    for words in (
        *("Division A", "Section 3", "Secretary", "Isles", "1 Square", "1000 Arven", "scan"),
        *("Two lawyers.", "Call first.", "Two copies.", "accepted as legal basis on conditions"),
        *("Accepted, to be confirmed in writing within 10 days", "Monday 09:00–17:00"),
        "Sunday Closed",
    ):
        assert words in page.words, words
    assert "https://moj.example/" in page.links()
    assert "Not for this office." not in page.words


def test_a_website_that_is_no_link_of_the_web_is_not_made_one(
    client: FlaskClient, app: Flask
) -> None:
    office = an_authority("QM", MLA, visibility=OPEN, website="javascript:alert(1)")

    assert "javascript:" not in visit(client, path_of(office)).text


def test_what_a_state_typed_is_text(client: FlaskClient, app: Flask) -> None:
    office = an_authority(
        "QM", MLA, name="<b>Office</b> & Sons", visibility=OPEN, remarks="<script>x</script>"
    )

    page = visit(client, path_of(office))

    assert "<b>Office</b>" not in page.text
    assert page.heading == "<b>Office</b> & Sons"


def test_a_vcard_holds_what_its_reader_may_see(
    client: FlaskClient, office: Authority, hidden: Authority
) -> None:
    response = client.get(path_of(office) + ".vcf")

    assert response.status_code == 200
    assert response.mimetype == "text/vcard"
    assert response.headers["Content-Disposition"] == f"attachment; filename=qm-{office.slug}.vcf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "FN:Ministère de la Justice" in response.text
    assert "+000 555 8888" in response.text
    assert "9999" not in response.text


def test_a_members_vcard_holds_the_lines_for_members(
    inside: FlaskClient, app: Flask, office: Authority
) -> None:
    response = inside.get(path_of(office) + ".vcf")

    assert "+000 555 9999" in response.text
    with app.app_context():
        found = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "vcard:download")
        ).one()
        assert found.object == f"authority:{office.id}"
        assert found.actor_id is not None


def test_odd_numbers_stay_as_they_were_typed(client: FlaskClient, app: Flask) -> None:
    office = an_authority("QM", MLA, visibility=OPEN)
    numbers = ["+000 555 0111 / 0112 / 0113", "+000 555 0117 ext. 204", "(+000) 555 01 19"]
    for place, number in enumerate(numbers):
        add(
            ContactPoint(
                authority_id=office.id,
                position=place + 5,
                kind=ContactKind.PHONE,
                value=number,
                visibility=OPEN,
            )
        )

    vcard = client.get(path_of(office) + ".vcf").text
    page = visit(client, path_of(office))

    for number in numbers:
        assert f":{number}\r\n" in vcard
        assert number in page.words


def test_nobody_reads_more_than_300_entries_an_hour(client: FlaskClient, office: Authority) -> None:
    for _ in range(300):
        assert client.get("/directory/qm/none").status_code == 303

    refused = client.get(path_of(office))

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900


def test_a_state_is_named_once_by_code_in_either_case(inside: FlaskClient, app: Flask) -> None:
    with app.app_context():
        assert db.session.get(State, "PT") is not None

    assert visit(inside, "/directory/PT").words == visit(inside, "/directory/pt").words
