"""A member who lost the telephone gets a new second factor: colleague, call, two moderators, a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from forum.recovery.operations import answer_requests, go_on
from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person, link_in

pytestmark = pytest.mark.browser


def worker(person: Person) -> None:
    """What the worker does within minutes."""
    with person.app.app_context():
        answer_requests()
        go_on()


def review(moderator: Person, name: str) -> Person:
    """Sign in, and open the case from the queue."""
    account = moderator.demonstration.account(name)
    moderator.sign_in(account, "/moderation/recoveries").look()
    return moderator.click(moderator.main.locator("tbody a").first).look()


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_lost_second_factor_is_replaced(person: Callable[..., Person], window: str) -> None:
    member = person(**WINDOWS[window])
    account = member.demonstration.account("c.desmarny")

    # from the page of the code to the case
    member.go("/sign-in").fill(email=account.email, password=account.password).press("Continue")
    member.follow("Neither app nor recovery code").look()
    member.press("Send the link").look()
    assert member.page.title().startswith("Error:")
    member.fill(email=account.email).press("Send the link").look()
    worker(member)
    member.go(link_in(member.mail(account.email)[-1])).look().press("Begin").look()
    case, words = member.path, member.page.locator("#words").inner_text()

    # a colleague, asked by mail and on Today
    colleague = person(**WINDOWS[window])
    beside = colleague.demonstration.account("t.brovane")
    colleague.sign_in(beside).look().follow("See who it is").look()
    colleague.click(colleague.main.locator("li a", has_text="Desmarny").first).look()
    colleague.press("I spoke with them").look()
    colleague.fill(note="She came into my office.").press("I spoke with them").look()

    # two moderators
    first = review(person(**WINDOWS[window]), "network.secretariat")
    first.main.locator("[name=number]").first.check()
    first.tick("outcome", "confirmed").fill(words="not these words").press("Record the call").look()
    first.fill(words=words).press("Record the call").look()
    assert "another moderator must approve" in first.main.inner_text()
    second = review(person(**WINDOWS[window]), "i.karvell")
    second.press("Approve").look()
    member.go(case).look()

    # a day later: the link, the password, a new app
    assert member.demonstration.clock is not None
    member.demonstration.clock(timedelta(hours=24))
    worker(member)
    member.go(case).look()
    member.go(link_in(member.mail(account.email)[-1])).look()
    member.fill(password=account.password).press("Continue").look()
    key = "".join(member.main.locator("samp").inner_text().split())
    member.fill(code=member.code(key)).press("Use this app from now on").look()
    member.main.locator("[name=saved]").check()
    member.press("Finish and sign in").look()
    member.sign_in(replace(account, totp_secret=key)).look()
    assert "you can read but not write" in member.main.inner_text()


def test_a_member_whose_old_app_turns_up_stops_it(person: Callable[..., Person]) -> None:
    stranger, member = person(), person()
    account = member.demonstration.account("c.desmarny")
    stranger.go("/recover/second-factor").fill(email=account.email).press("Send the link")
    worker(stranger)
    stranger.go(link_in(stranger.mail(account.email)[-1])).press("Begin")
    case = stranger.path

    member.sign_in(account, "/boards").look()
    member.follow("See how far it is, or stop it").look()
    member.press("Stop this").look()

    assert "It is stopped" in member.main.inner_text()
    assert "This case was stopped." in stranger.go(case).look().main.inner_text()
