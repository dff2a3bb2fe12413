"""A member is led to new house rules, takes the own data home, and is erased by two moderators."""

import zipfile
from collections.abc import Callable

import pytest

from forum.core.db import db, operation
from forum.members.models import Member
from forum.owndata.operations import make_exports
from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person, link_in

pytestmark = pytest.mark.browser

NAME, LOGIN = "L. Orbezo", "l.orbezo"


@operation
def forget_rules(address: str) -> None:
    """As it is for a member of the time before there were rules."""
    db.session.query(Member).filter_by(email=address).update({"rules_version": None})


def decide(person: Person, name: str, button: str) -> Person:
    """Follow the link of the mail, and press."""
    account = person.demonstration.account(name)
    waits = [mail for mail in person.mail(account.email) if "erased" in str(mail["Subject"])]
    person.sign_in(account, link_in(waits[-1])).look()
    return person.press(button).look()


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_member_takes_a_copy_home_and_is_erased(
    person: Callable[..., Person], window: str
) -> None:
    member = person(**WINDOWS[window])
    account = member.demonstration.account(LOGIN)
    with member.app.app_context():
        forget_rules(account.email)

    member.sign_in(account, "/boards").look()
    assert member.heading == "House rules"
    member.go("/settings/data").look()
    assert member.heading == "Your data"
    member.go("/boards").press("Accept the house rules and go on").look()
    assert member.path == "/boards"

    member.go("/settings/data").follow("Ask for a copy").look().press("Ask for the copy").look()
    with member.app.app_context():
        assert make_exports() == 1
    member.go(link_in(member.mail(account.email)[-1])).look()
    with member.page.expect_download() as fetched:
        member.main.get_by_role("link", name="Fetch the copy").click()
    with zipfile.ZipFile(fetched.value.path()) as copy:
        assert account.email in copy.read("data.json").decode()

    member.follow("Have the account erased").look()
    assert "You are a focal point." in member.main.inner_text()
    member.fill(reason="I leave the service.").press("Ask for the erasure").look()
    member.press("Withdraw it and keep the account").look()
    member.follow("Have the account erased").press("Ask for the erasure")

    first, second = person(**WINDOWS[window]), person(**WINDOWS[window])
    decide(first, "i.karvell", "Approve the erasure")
    decide(second, "network.secretariat", "Approve and erase")
    assert "The account is erased." in second.main.inner_text()
    assert NAME not in second.main.inner_text()
    second.main.get_by_role("link", name="A former member").click()
    second.look()
    assert member.go("/boards").path == "/sign-in"
