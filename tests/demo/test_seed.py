"""The demonstration: complete, safe to repeat, and respectful of what people changed."""

import json
import stat
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copy2
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.app import create_app
from forum.core import clock
from forum.core.db import Base, db, operation
from forum.core.errors import Conflict
from forum.core.mail import OutboxMail
from forum.core.settings import Environment, Settings
from forum.demo.accounts import accounts
from forum.demo.seed import seed_demo
from forum.directory.models import (
    Authority,
    ContactPoint,
    Designation,
    HostKind,
    OfficeHours,
    Representation,
)
from forum.discussion.models import (
    AddressedState,
    Audience,
    Post,
    Thread,
    ThreadKind,
    ThreadReader,
    ThreadStatus,
)
from forum.members.models import Member, MemberStatus
from forum.policy import Role
from forum.reference.models import Party, State
from forum.signin.models import Credential, RecoveryCode, SecondFactor
from forum.signin.operations import hasher
from forum.vetting.models import Application, ApplicationStatus
from tests.conftest import FrozenClock, close
from tests.reference.demo_files import network, threads
from tests.support.demonstration import Demonstration

FILE = "demo-accounts.json"


@pytest.fixture
def seeded(demo_app: Flask, _demonstration: Demonstration, tmp_path: Path) -> Flask:
    """A site with the demonstration, its file beside it."""
    copy2(_demonstration.settings.data_dir / FILE, tmp_path)
    return demo_app


def rows(table: type[Base], *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


def one(table: type[Any], **values: Any) -> Any:
    return db.session.query(table).filter_by(**values).one()


def counts() -> dict[str, int]:
    tables = (
        *(State, Party, Authority, ContactPoint, OfficeHours, Designation, Member),
        *(Representation, Credential, SecondFactor, RecoveryCode, Application),
        *(Thread, Post, AddressedState, ThreadReader, OutboxMail),
    )
    return {table.__tablename__: rows(table) for table in tables}


def test_everything_of_the_files_is_there(seeded: Flask) -> None:
    with seeded.app_context():
        found = network()
        assert rows(State, State.code.startswith("Q")) == 15  # Qatar is real
        assert rows(Authority) == len(found["authorities"])
        assert rows(Designation) == sum(len(a["designations"]) for a in found["authorities"])
        assert rows(ContactPoint) == sum(
            len(a["phones"]) + len(a["emails"]) for a in found["authorities"]
        )
        assert rows(Thread) == 44
        assert rows(Post) == 44 + sum(len(t["replies"]) for t in threads()["threads"])
        assert rows(Application) == len(found["applications"])
        assert rows(OutboxMail) == 0


def test_applications_are_in_every_state_that_one_can_be_in(seeded: Flask) -> None:
    with seeded.app_context():
        assert set(db.session.scalars(select(Application.status))) == set(ApplicationStatus)
        proposed = one(Application, status=ApplicationStatus.PROPOSED)
        assert proposed.called_number == "+000 555 0143"
        assert proposed.proposed_by_id is not None
        admitted = one(Application, status=ApplicationStatus.ADMITTED)
        assert admitted.member.status is MemberStatus.PENDING


def test_threads_stand_as_the_file_says(seeded: Flask) -> None:
    said = {row["title"]: row for row in threads()["threads"]}

    with seeded.app_context():
        for thread in db.session.query(Thread):
            row = said[thread.title]
            assert thread.status == (row["status"] if thread.status != "answered" else "waiting")
            assert thread.reply_count == len(row["replies"])
            assert [one.state_code for one in thread.addressed] == row["addressed"]
            keys = {reader.key for reader in thread.readers}
            if row["audience"] == "network":
                assert keys == {"network"}
            else:
                states = {*row["addressed"], thread.authority.state_code} - {None}
                assert keys == {f"state:{code}" for code in states}
                assert thread.audience is Audience.ADDRESSED


def test_all_was_written_in_order_and_in_the_past_whatever_the_hour_of_loading(
    app: Flask, at: FrozenClock
) -> None:
    at("2026-03-29T00:10Z")  # the night in which European clocks change

    with app.app_context():
        seed_demo()

        for thread in db.session.query(Thread):
            posts = db.session.query(Post).filter_by(thread_id=thread.id).order_by(Post.id).all()
            moments = [post.posted_at for post in posts]
            assert posts[0].is_opening
            assert moments == sorted(moments)
            assert thread.opened_at == moments[0]
            assert thread.last_post_at == moments[-1] <= at.moment
            for post in posts:
                assert post.accepted_at is None or post.posted_at <= post.accepted_at <= at.moment
            assert thread.needed_by is None or thread.needed_by > at.moment.date()
        waiting = db.session.query(Thread).filter_by(kind=ThreadKind.QUESTION, reply_count=0).all()
        assert {thread.status for thread in waiting} == {ThreadStatus.WAITING}


def test_everybody_who_writes_stood_for_that_authority_on_that_day(seeded: Flask) -> None:
    with seeded.app_context():
        for post in db.session.query(Post):
            held = one(Representation, member_id=post.author_id)
            assert held.authority_id == post.authority_id
            assert held.from_on < post.posted_at.date()


def test_members_of_the_secretariat_are_moderators_and_nobody_else_is(seeded: Flask) -> None:
    with seeded.app_context():
        moderators = db.session.query(Representation).filter_by(role=Role.MODERATOR).all()
        assert len(moderators) == 3
        assert {held.authority.host_kind for held in moderators} == {HostKind.SECRETARIAT}
        for role in (Role.HEAD, Role.FOCAL_POINT):
            held = db.session.query(Representation).filter_by(role=role).all()
            assert len({one.authority.state_code for one in held}) >= 3


def test_who_left_stands_for_nobody_and_has_no_password(seeded: Flask) -> None:
    with seeded.app_context():
        former = one(Member, name="K. Borlase")
        assert former.status is MemberStatus.CLOSED
        held = one(Representation, member_id=former.id)
        assert held.until_on == clock.now().date() - timedelta(days=95)
        assert db.session.get(Credential, former.id) is None
        assert former.email not in {account.email for account in accounts()}


def test_accounts_are_in_a_file_for_its_owner_and_open_what_the_database_keeps(
    seeded: Flask, tmp_path: Path
) -> None:
    path = tmp_path / FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    with seeded.app_context():
        found = accounts()
        assert len(found) == 42
        assert len({account.password for account in found}) == 42
        assert len({account.totp_secret for account in found}) == 42
        assert all(len(account.password) >= 15 for account in found)
        for account in found[:3]:
            member = one(Member, email=account.email)
            credential = db.session.get(Credential, member.id)
            assert credential is not None
            assert hasher().verify(credential.password_hash, account.password)
            assert account.password not in credential.password_hash
            assert len(account.recovery_codes) == 10
        assert rows(RecoveryCode) == 420


def test_a_second_loading_adds_nothing_and_changes_nothing(seeded: Flask, tmp_path: Path) -> None:
    path = tmp_path / FILE
    before = path.read_text(encoding="utf-8")

    with seeded.app_context():
        counted = counts()
        assert seed_demo() == 0
        assert counts() == counted

    assert path.read_text(encoding="utf-8") == before


def test_what_people_changed_ended_or_took_away_stays_so(seeded: Flask) -> None:
    with seeded.app_context():
        _change_things()
        counted = counts()

        assert seed_demo() == 0

        assert counts() == counted
        assert one(Authority, slug="justice", state_code="QM").name == "Ministry of Rights"
        assert one(State, code="QN").name_en == "Republic of Belmara"
        assert one(Member, name="T. Other").email == "other@justice.qm.example"
        assert rows(Thread, Thread.title == "Another title") == 1


@operation
def _change_things() -> None:
    one(Authority, slug="justice", state_code="QM").name = "Ministry of Rights"
    one(State, code="QN").name_en = "Republic of Belmara"
    member = one(Member, name="T. Brovane")
    member.name, member.email = "T. Other", "other@justice.qm.example"
    member.email_key = member.email
    db.session.query(Thread).order_by(Thread.id).first().title = "Another title"
    designation = db.session.query(Designation).filter_by(until_on=None).first()
    designation.until_on = date(2026, 1, 1)
    db.session.delete(db.session.query(Application).filter_by(member_id=None).first())


def test_if_the_file_is_lost_everybody_gets_new_factors(seeded: Flask, tmp_path: Path) -> None:
    with seeded.app_context():
        old = accounts()[0]
        (tmp_path / FILE).unlink()

        assert seed_demo() == 0

        new = accounts()[0]
        assert (new.email, new.password == old.password) == (old.email, False)
        credential = db.session.get(Credential, one(Member, email=new.email).id)
        assert credential is not None
        assert hasher().verify(credential.password_hash, new.password)
        assert rows(RecoveryCode) == 420


def test_if_the_database_is_made_anew_the_accounts_of_the_file_stay(
    app: Flask, tmp_path: Path
) -> None:
    first = json.dumps(
        [
            {
                "email": "t.brovane@justice.qm.example",
                "password": "lamp-harbour-wall-beside",
                "totp_secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                "role": "head",
                "authority": "Ministry of Justice",
                "state": "QM",
                "recovery_codes": [],
            }
        ]
    )
    (tmp_path / FILE).write_text(first, encoding="utf-8")

    with app.app_context():
        seed_demo()

        assert accounts()[0].password == "lamp-harbour-wall-beside"
        credential = db.session.get(Credential, one(Member, name="T. Brovane").id)
        assert credential is not None
        assert hasher().verify(credential.password_hash, "lamp-harbour-wall-beside")


def test_what_the_secretariat_had_entered_before_is_left_to_it(app: Flask) -> None:
    with app.app_context():
        _enter_contact()

        seed_demo()

        secretariat = one(Authority, host_kind=HostKind.SECRETARIAT)
        assert [line.value for line in secretariat.contacts] == ["own@secretariat.example"]


@operation
def _enter_contact() -> None:
    secretariat = one(Authority, host_kind=HostKind.SECRETARIAT)
    secretariat.contacts.append(
        ContactPoint(position=0, kind="email", value="own@secretariat.example")
    )


def test_production_refuses_it(settings: Settings, tmp_path: Path) -> None:
    production = replace(settings, env=Environment.PRODUCTION, base_url="https://forum.example.org")
    site = create_app(production)

    with site.app_context():
        with pytest.raises(Conflict, match="production"):
            seed_demo()
        assert rows(Thread) == 0

    close(site)
    assert not (tmp_path / FILE).exists()
