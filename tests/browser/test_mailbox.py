"""A member changes the mailbox; the head approves; the old mailbox stops it, and is proved again."""

from collections.abc import Callable

import pytest

from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person, link_in

pytestmark = pytest.mark.browser

NEW = "clara.new@justice.qm.example"


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_change_of_e_mail_is_approved_and_stopped(
    person: Callable[..., Person], window: str
) -> None:
    member, reader, head = (person(**WINDOWS[window]) for _ in range(3))
    account = member.demonstration.account("c.desmarny")

    member.sign_in(account, "/settings/email").look()
    member.follow("Change the address").look()
    member.fill(email=account.email).press("Send the link").look()
    assert member.page.title().startswith("Error:")
    member.fill(email=NEW).press("Send the link").look()
    assert "New mailbox not proved yet" in member.main.inner_text()
    reader.go(link_in(member.mail(NEW)[-1])).look().press("This is my mailbox").look()
    assert reader.heading == "The new mailbox is proved"

    answering = head.demonstration.account("t.brovane")
    path = link_in(head.mail(answering.email)[-1])
    head.sign_in(answering, "/").look().follow("Look and decide").look()
    assert head.path == path
    head.click(head.main.locator("th a").first).look().press("Decide").look()
    assert head.page.title().startswith("Error:")
    head.tick("decision", "approve").press("Decide").look()
    assert "Approved" in head.main.inner_text()

    member.go("/settings/email").look()
    assert "Approved, can still be stopped" in member.main.inner_text()
    reader.go(link_in(member.mail(account.email)[-1])).look()
    reader.press("Stop the change and end all sessions").look()
    assert reader.heading == "The change is stopped"
    assert member.go("/settings/email").path == "/sign-in"

    member.sign_in(account, "/settings/email").look().press("Prove it now").look()
    reader.go(link_in(member.mail(account.email)[-1])).look().press("This is still my mailbox")
    assert reader.look().heading == "Your mailbox is proved"
    reader.page.go_back()
    reader.page.reload()
    assert reader.look().heading == "This link does not work"
