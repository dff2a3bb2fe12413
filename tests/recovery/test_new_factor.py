"""The last link: the password, the new app, and the end of the old one."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.app import create_app
from forum.core.db import db, operation
from forum.core.mail import OutboxMail
from forum.core.settings import Settings
from forum.directory.models import Authority
from forum.directory.operations import represent
from forum.members.models import Member
from forum.policy import Role
from forum.recovery import operations
from forum.recovery.models import RecoveryCase, RecoveryStatus
from forum.signin.models import Passkey, RecoveryCode, SecondFactor
from forum.signin.operations import factors
from tests.conftest import close
from tests.factories import (
    LONG_AGO,
    MLA,
    PASSWORD,
    TOTP_SECRET,
    a_moderator,
    a_recovery,
    an_authority,
    use,
)
from tests.pages import Page, visit
from tests.recovery.steps import (
    Office,
    Outbox,
    at_work,
    code_of,
    key_on,
    link_in,
    mailed,
    status_of,
    worker,
)
from tests.signin.steps import (
    WRONG,
    browser,
    give_code,
    give_password,
    is_signed_in,
    without_tokens,
)
from tests.support.at_once import at_once
from tests.support.rows import all_of, one_of


class Ready:
    """A case whose last link was mailed."""

    def __init__(self, app: Flask, at: Any, outbox: Outbox, *, is_stolen: bool = False) -> None:
        self.app, self.at, self.outbox = app, at, outbox
        self.office = Office()
        self.reference = f"a-reference-of-128-bits-{self.office.member.id}"
        self.case = a_recovery(
            self.office.member,
            RecoveryStatus.WAITING,
            reference=self.reference,
            approved_at=at.moment,
            waits_until=at.moment,
            is_stolen=is_stolen,
        )
        worker(app)

    @property
    def link(self) -> str:
        return mailed(self.outbox, self.office.member, "recovery/enrol")

    def password(self, client: FlaskClient | None = None, password: str = PASSWORD) -> Page:
        page = visit(client or browser(self.app), self.link)
        return page.fill(password=password).send()


@pytest.fixture
def ready(app: Flask, at: Any, outbox: Outbox) -> Ready:
    return Ready(app, at, outbox)


def sealed(app: Flask, ready: Ready) -> str:
    """The second factor as it is stored."""
    member = ready.office.member
    return one_of(app, SecondFactor, SecondFactor.member_id == member.id).sealed_secret


def test_the_link_alone_shows_nothing(app: Flask, ready: Ready) -> None:
    page = visit(browser(app), ready.link)
    further = visit(browser(app), ready.link + "/authenticator")
    codes = visit(browser(app), ready.link + "/recovery-codes")

    assert page.heading == further.heading == codes.heading == "Set up your new second factor"
    assert "samp" not in {node.tag for node in page.root.iter()}


def test_a_wrong_password_is_counted_and_pauses(app: Flask, ready: Ready) -> None:
    pages = [ready.password(password=WRONG) for _ in range(6)]

    assert [page.status for page in pages] == [422] * 5 + [429]
    assert "This is not the password of the account. 4 tries are left" in pages[0].words
    assert "samp" not in {node.tag for page in pages for node in page.root.iter()}


def test_the_old_factor_holds_until_a_code_proves_the_new_one(app: Flask, ready: Ready) -> None:
    before = sealed(app, ready)
    page = ready.password()
    assert sealed(app, ready) == before

    wrong = page.fill(code="123456").send()
    assert wrong.status == 422
    assert sealed(app, ready) == before
    assert status_of(app, ready.case) is RecoveryStatus.READY
    done = wrong.fill(code=code_of(key_on(wrong), ready.at)).send()

    assert done.path.endswith("/recovery-codes")
    assert sealed(app, ready) != before
    assert status_of(app, ready.case) is RecoveryStatus.DONE


def test_all_sessions_end_and_old_recovery_codes_with_them(app: Flask, ready: Ready) -> None:
    member = ready.office.member
    session = at_work(app, member)
    with app.app_context():
        old = operation(factors.new_recovery_codes)(member.id)
    page = ready.password()

    page.fill(code=code_of(key_on(page), ready.at)).send()

    assert not is_signed_in(session)
    assert len(all_of(app, RecoveryCode, RecoveryCode.member_id == member.id)) == 10
    with app.app_context():
        assert not factors.uses_recovery_code(member.id, old[0])
        db.session.rollback()
    assert [mail.kind for mail in ready.outbox(member.email)][-1] == "recovery/done"


def test_who_finishes_in_an_own_session_signs_in_anew(app: Flask, ready: Ready) -> None:
    client = at_work(app, ready.office.member)
    page = ready.password(client)
    codes = page.fill(code=code_of(key_on(page), ready.at)).send()

    done = codes.form("/recovery-codes").fill(saved="y").send()

    assert not is_signed_in(client)
    assert "Your new app is in use." in done.words


def test_passkeys_stay_unless_they_may_be_stolen(app: Flask, at: Any, outbox: Outbox) -> None:
    for is_stolen in (False, True):
        ready = Ready(app, at, outbox, is_stolen=is_stolen)
        a_passkey(app, ready.office.member)
        page = ready.password()
        page.fill(code=code_of(key_on(page), at)).send()

        left = all_of(app, Passkey, Passkey.member_id == ready.office.member.id)
        assert bool(left) is not is_stolen
        told = outbox(ready.office.member.email)[-1]
        assert ("Your passkeys were removed as well." in told.text) is is_stolen


@pytest.mark.parametrize("stands_longer_for_a_state", [False, True])
def test_a_moderator_who_must_have_a_passkey_has_lost_it_too(
    settings: Settings, at: Any, *, stands_longer_for_a_state: bool
) -> None:
    app = create_app(replace(settings, moderators_need_passkey=True))
    use(app)
    moderator = a_moderator()
    if stands_longer_for_a_state:
        also_stands_for(app, moderator, an_authority("QM", MLA))
    a_passkey(app, moderator)
    waiting = RecoveryStatus.WAITING
    a_recovery(moderator, waiting, approved_at=at.moment, waits_until=at.moment)
    worker(app)
    (mail,) = [mail for mail in all_of(app, OutboxMail) if mail.kind == "recovery/enrol"]
    page = visit(browser(app), link_in(mail)).fill(password=PASSWORD).send()
    key = key_on(page)

    page.fill(code=code_of(key, at)).send()

    assert not all_of(app, Passkey)
    at(timedelta(minutes=1))
    client = browser(app)
    assert give_code(give_password(client, moderator.email), code_of(key, at)).status_code == 303
    assert is_signed_in(client)
    close(app)


def also_stands_for(app: Flask, member: Member, authority: Authority) -> None:
    """For longer than for what the member stands for already."""
    with app.app_context():
        represent(member, authority, Role.OFFICER, date(2000, 1, 1))


def a_passkey(app: Flask, member: Member) -> None:
    """A passkey that knows its user."""
    facts = {
        "credential_id": f"credential-{member.id}",
        "public_key": b"key",
        "handle": f"handle-{member.id}",
        "sign_count": 0,
        "verifies_user": True,
        "transports": [],
        "aaguid": "00000000-0000-0000-0000-000000000000",
        "name": "Key in the drawer",
        "made_at": LONG_AGO,
    }
    with app.app_context():
        operation(lambda: db.session.add(Passkey(member_id=member.id, **facts)))()


def test_going_back_or_sending_twice_changes_nothing(app: Flask, ready: Ready) -> None:
    client = browser(app)
    first = ready.password(client)
    key = key_on(first)
    assert key_on(ready.password(client)) == key
    code = code_of(key, ready.at)
    codes = first.fill(code=code).send()
    stored = sealed(app, ready)

    again = first.fill(code=code).send()
    back = visit(client, ready.link)

    assert again.path == back.path == codes.path
    assert again.words == codes.words
    assert sealed(app, ready) == stored
    assert [mail.kind for mail in ready.outbox()].count("recovery/done") == 1


def test_another_browser_begins_with_the_password_and_never_sees_the_codes(
    app: Flask, ready: Ready
) -> None:
    first, other = browser(app), browser(app)
    page = ready.password(first)
    assert visit(other, ready.link + "/authenticator").heading == "Set up your new second factor"
    done = page.fill(code=code_of(key_on(page), ready.at)).send()

    assert done.status == 200
    assert visit(other, ready.link + "/recovery-codes").status == 404
    assert visit(other, ready.link).status == 404


def test_of_two_who_prove_it_at_once_one_does(app: Flask, ready: Ready) -> None:
    client = browser(app)
    key = key_on(ready.password(client))
    token, code = ready.link.rpartition("/")[2], code_of(key, ready.at)
    cookie = client.get_cookie("session")
    assert cookie is not None
    with app.test_request_context(headers={"Cookie": f"session={cookie.value}"}) as context:
        browser_token = context.session.token  # type: ignore[union-attr]

    at_once(app, lambda _: operations.finish_new_factor(token, browser_token, code), [1, 2])

    assert status_of(app, ready.case) is RecoveryStatus.DONE
    assert [mail.kind for mail in ready.outbox()].count("recovery/done") == 1
    assert len(all_of(app, RecoveryCode)) == 10


def test_a_link_that_slept_too_long_is_mailed_again_from_the_page(
    app: Flask, at: Any, ready: Ready
) -> None:
    old = ready.link
    at(timedelta(minutes=121))
    assert visit(browser(app), old).status == 404

    page = visit(browser(app), f"/recover/second-factor/{ready.reference}").form("/link")
    after = page.send()

    assert "A new link is on its way." in after.words
    assert ready.link != old
    assert visit(browser(app), ready.link).status == 200
    assert [page.send().status for _ in range(3)] == [200, 200, 429]


def test_no_link_is_mailed_before_its_time(app: Flask, outbox: Outbox) -> None:
    office = Office()
    reference = "another-reference-of-128-bits"
    a_recovery(office.member, RecoveryStatus.CALLED, reference=reference)
    with app.app_context():
        assert not operations.mail_link_again(reference)

    assert not outbox()


def test_links_that_are_over_foreign_or_mangled_answer_alike(
    app: Flask, at: Any, ready: Ready
) -> None:
    link = ready.link
    foreign = link.replace("/new/", "/begin/")
    answers = [visit(browser(app), path) for path in (link[:-2] + "xy", foreign)]
    activation = visit(browser(app), link.replace("/recover/second-factor/new/", "/activate/"))
    at(timedelta(minutes=121))
    answers.append(visit(browser(app), link))

    assert {page.status for page in [*answers, activation]} == {404}
    assert len({without_tokens(page.text) for page in answers}) == 1
    assert sealed(app, ready)


def test_a_code_of_the_old_app_does_not_prove_the_new_one(app: Flask, ready: Ready) -> None:
    page = ready.password()

    wrong = page.fill(code=code_of(TOTP_SECRET, ready.at)).send()

    assert wrong.status == 422
    assert one_of(app, RecoveryCase).status is RecoveryStatus.READY
