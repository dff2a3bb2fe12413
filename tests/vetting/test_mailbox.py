"""The mailed link, and the status page before and after."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from forum.audit.models import AuditEntry
from forum.core.db import db
from forum.core.secrets import digest
from forum.vetting.models import Application, ApplicationStatus
from forum.vetting.operations import expire_old
from tests.factories import MLA, an_application, an_authority
from tests.pages import visit
from tests.vetting.applying import Outbox, applied, mailed_link


def _only(app: Flask) -> Application:
    with app.app_context():
        found = db.session.scalars(db.select(Application)).one()
        db.session.expunge_all()
        return found


def test_opening_the_link_spends_nothing_and_the_button_spends_it_once(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    applied(client, "QM", an_authority("QM", MLA).id)
    link = mailed_link(outbox)

    client.head(link)
    opened = visit(client, link)
    assert _only(app).status is ApplicationStatus.SENT
    proved = opened.send()
    again = opened.send()

    assert proved.status == 200
    assert "Your mailbox is proved." in proved.words
    assert _only(app).status is ApplicationStatus.PROVED
    assert again.status == 410
    assert "This link was used already." in again.words
    assert visit(client, link).status == 410


def test_the_words_are_shown_only_once_the_mailbox_is_proved(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    before = applied(client, "QM", an_authority("QM", MLA).id)
    words = _only(app).words

    after = visit(app.test_client(), mailed_link(outbox)).send()

    assert words not in before.text
    assert words in after.words


def test_a_link_that_is_too_old_is_refused_and_a_new_one_works(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    status = applied(client, "QM", an_authority("QM", MLA).id)
    old = mailed_link(outbox)
    page = visit(client, old)
    at(timedelta(days=7, seconds=1))

    refused = page.send()
    assert refused.status == 410
    assert "no longer works" in refused.words
    sent = visit(client, status.path).send()

    assert "A new link is on its way." in sent.words
    assert visit(client, old).status == 410
    assert visit(client, mailed_link(outbox)).send().status == 200
    assert _only(app).mailbox_proved_at is not None


def test_a_newer_link_makes_the_older_one_worthless(
    client: FlaskClient, outbox: Outbox, app: Flask
) -> None:
    status = applied(client, "QM", an_authority("QM", MLA).id)
    old = mailed_link(outbox)
    page = visit(client, old)

    visit(client, status.path).send()

    assert page.send().status == 410
    assert _only(app).status is ApplicationStatus.SENT


def test_the_mail_can_be_asked_for_again_three_times_an_hour(
    client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    page = applied(client, "QM", an_authority("QM", MLA).id)

    answers = [visit(client, page.path).send().status for _ in range(4)]

    assert answers == [200, 200, 200, 429]
    assert len(outbox()) == 4
    at(timedelta(hours=1, minutes=1))
    assert visit(client, page.path).send().status == 200


def test_a_mailbox_is_not_flooded_by_many_applications(
    client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    authority = an_authority("QM", MLA)

    pages = [applied(client, "QM", authority.id, reason=f"Reason {n}") for n in range(8)]

    assert {page.status for page in pages} == {200}
    assert len(outbox()) == 6


def test_a_link_proves_no_other_application(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    authority = an_authority("QM", MLA)
    applied(client, "QM", authority.id)
    token = mailed_link(outbox).rpartition("/")[2]
    other = applied(client, "QM", authority.id, email="other@justice.qm.example")

    page = visit(client, f"{other.path}/prove/{token}")

    assert page.status == 410
    assert visit(client, f"/request-access/{'0' * 32}/prove/{token}").status == 404


def test_what_is_stored_of_the_link_is_a_digest(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    applied(client, "QM", an_authority("QM", MLA).id)

    token = mailed_link(outbox).rpartition("/")[2]

    assert _only(app).mailbox_token_digest == digest(token)
    assert len(token) >= 43  # 256 bits


def test_sending_and_proving_are_in_the_log(
    app: Flask, client: FlaskClient, outbox: Outbox
) -> None:
    applied(client, "QM", an_authority("QM", MLA).id)
    page = visit(client, mailed_link(outbox))
    page.send()
    page.send()

    with app.app_context():
        log = db.session.execute(
            db.select(AuditEntry.action, AuditEntry.outcome)
            .where(AuditEntry.action.like("application:%"))
            .order_by(AuditEntry.id)
        ).all()
    assert [tuple(row) for row in log] == [
        ("application:send", "done"),
        ("application:prove", "done"),
        ("application:prove", "refused"),
    ]


def test_what_nobody_decides_in_time_expires_and_its_page_says_so(
    app: Flask, client: FlaskClient, outbox: Outbox, at: Any
) -> None:
    authority = an_authority("QM", MLA)
    page = applied(client, "QM", authority.id)
    decided = an_application(authority, status=ApplicationStatus.DECLINED)
    at(timedelta(days=29))
    young = an_application(authority)
    with app.app_context():
        assert expire_old() == 0
    at(timedelta(days=1))

    with app.app_context():
        assert expire_old() == 1
        statuses = {row.id: row.status for row in db.session.scalars(db.select(Application)).all()}

    assert statuses[decided.id] is ApplicationStatus.DECLINED
    assert statuses[young.id] is ApplicationStatus.SENT
    assert "This application has expired" in visit(client, page.path).words
    assert visit(client, mailed_link(outbox)).status == 410
