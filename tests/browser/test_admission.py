"""From a stranger to a member, as a person would: application, call-back, two moderators, activation."""

from collections.abc import Callable

import pytest

from tests.browser.people import WALKED_AT, WINDOWS, Person, link_in
from tests.support import totp
from tests.support.demonstration import NEXT_CODE

pytestmark = pytest.mark.browser

APPLICANT = "z.ferrandol@relaciones.qp.example"
PASSWORD = "seven herons over the grey delta"


def apply(applicant: Person) -> str:
    """State, authority, details; the address of the status page."""
    applicant.go("/").follow("Ask for access").look()
    applicant.choose("state", "QP").press("Continue").look()
    applicant.main.get_by_text("Directorate of Legal Affairs").click()
    applicant.press("Continue").look()
    applicant.fill(name="Z. Ferrandol", post="Legal adviser", email="z.ferrandol@")
    applicant.press("Send application").look()
    assert applicant.page.title().startswith("Error:")
    applicant.fill(email=APPLICANT, reason="I draft our extradition requests.")
    applicant.tick("languages", "es").tick("languages", "pt").press("Send application").look()
    return applicant.path


def review(moderator: Person, name: str) -> Person:
    """Sign in, and open the application from the queue."""
    moderator.sign_in(moderator.demonstration.account(name), "/moderation/queue").look()
    row = moderator.main.locator("tr", has_text="Z. Ferrandol")
    return moderator.click(row.get_by_role("link").first).look()


@pytest.mark.parametrize("window", WALKED_AT)
def test_an_applicant_becomes_a_member(person: Callable[..., Person], window: str) -> None:
    applicant, reader = person(**WINDOWS[window]), person(**WINDOWS[window])
    status = apply(applicant)

    # the mailbox, from another browser
    reader.go(link_in(reader.mail(APPLICANT)[-1])).look().press("This is my mailbox").look()
    applicant.go(status).look()
    words = applicant.page.locator("#words").inner_text()

    # the focal point, asked by mail
    focal = person(**WINDOWS[window])
    account = focal.demonstration.account("l.orbezo")
    focal.sign_in(account, link_in(focal.mail(account.email)[-1])).look()
    focal.tick("answer", "known").press("Send the answer").look()

    # two moderators
    first = review(person(**WINDOWS[window]), "network.secretariat")
    first.main.get_by_text("+000 555 0115").last.click()
    first.tick("outcome", "confirmed").fill(words=words).press("Record the call").look()
    first.press("Propose").look()
    second = review(person(**WINDOWS[window]), "i.karvell")
    second.press("Admit").look()
    applicant.go(status).look()
    assert "You are admitted" in applicant.main.inner_text()

    # activation
    activate(applicant, link_in(applicant.mail(APPLICANT)[-1]))
    assert applicant.path == "/"
    assert applicant.page.locator("header nav a").first.inner_text() == "Today"


def activate(member: Person, link: str) -> None:
    """Password, zone, authenticator, recovery codes, first sign-in."""
    member.go(link).look()
    member.fill(password="short", password_again="short").press("Continue").look()
    member.choose("zone", "America/Lima")
    member.main.get_by_text("House rules: read them").click()
    member.look().main.locator("[name=rules]").check()
    member.fill(password=PASSWORD, password_again=PASSWORD).press("Continue").look()
    secret = "".join(member.main.locator("samp").inner_text().split())
    assert member.demonstration.clock is not None
    moment = member.demonstration.clock(NEXT_CODE)
    member.fill(code=totp.code(secret, moment)).press("Confirm and continue").look()
    assert len(set(member.main.locator(".cp-recovery li").all_inner_texts())) == 10
    member.main.locator("[name=saved]").check()
    member.press("Finish and sign in").look()
    member.fill(email=APPLICANT, password=PASSWORD).press("Continue").look()
    member.fill(code=member.code(secret)).press("Sign in").look()
