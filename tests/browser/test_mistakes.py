"""What happens when something goes wrong: mistakes, two tabs, ended sessions, the back button."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.people import WINDOWS, Person
from tests.support.browser import PHONE

pytestmark = pytest.mark.browser

THREAD = "/threads/9"


@pytest.mark.parametrize("window", ["desk", "phone", "desk without scripts"])
def test_each_line_of_the_summary_leads_to_its_field(
    person: Callable[..., Person], window: str
) -> None:
    asker = person(**WINDOWS[window])
    asker.sign_in(asker.demonstration.account("c.desmarny"), "/threads/new")
    asker.fill(body="x\u202ey").press("Post").look()

    assert asker.page.title().startswith("Error:")
    summary = asker.page.locator("#errors")
    expect(summary).to_be_focused()
    links = summary.locator("a")
    assert links.count() == 3
    for number in range(links.count()):
        links.nth(number).click()
        target = asker.page.locator(":target")
        expect(target).to_be_visible()
        wrong = target.locator("xpath=ancestor-or-self::*[contains(@class, 'is-wrong')]")
        assert wrong.count() >= 1
        assert wrong.last.locator(".cp-error").first.is_visible()
    assert asker.page.locator("[name=body]").input_value() == "x\u202ey"


def test_a_wrong_password_and_a_wrong_code_say_what_to_do(person: Callable[..., Person]) -> None:
    member = person(size=PHONE)
    account = member.demonstration.account("c.desmarny")

    member.go("/sign-in").press("Continue").look()
    member.fill(email=account.email, password="not this one at all").press("Continue").look()
    assert member.page.locator("[name=email]").input_value() == account.email
    assert member.page.locator("[name=password]").input_value() == ""
    member.fill(password=account.password).press("Continue").look()
    member.fill(code="12ab").press("Sign in").look()
    assert member.path == "/sign-in/code"
    member.follow("Use a recovery code instead").look()
    member.fill(code="AAAA-AAAA-AAAA-AAAA-AAAA-AAAA").press("Sign in").look()
    assert member.path == "/sign-in/recovery-code"


@pytest.mark.parametrize("window", ["desk", "phone without scripts"])
def test_what_was_written_in_one_tab_survives_signing_out_in_another(
    person: Callable[..., Person], window: str
) -> None:
    member = person(**WINDOWS[window])
    account = member.demonstration.account("n.darwash")
    member.sign_in(account, THREAD)
    member.fill(body="An hour of writing.")
    assert member.demonstration.clock is not None
    member.demonstration.clock(timedelta(minutes=31))  # type: ignore[arg-type]

    member.press("Post reply")
    assert member.path == "/sign-in"
    member.fill(email=account.email, password=account.password).press("Continue")
    member.fill(code=member.code(account.totp_secret)).press("Sign in").look()

    assert member.page.locator("[name=body]").input_value() == "An hour of writing."
    member.press("Post reply").look()
    assert "An hour of writing." in member.main.inner_text()


def test_two_tabs_both_post_and_neither_loses_its_text(person: Callable[..., Person]) -> None:
    member = person()
    member.sign_in(member.demonstration.account("n.darwash"), THREAD)
    tab = member.page.context.new_page()
    tab.goto(member.page.url)

    tab.fill("[name=body]", "From the second tab.")
    member.fill(body="From the first tab.").press("Post reply")
    with tab.expect_event("load"):
        tab.get_by_role("button", name="Post reply").click()

    assert "From the first tab." in tab.locator("main").inner_text()
    assert "From the second tab." in tab.locator("main").inner_text()
    tab.close()


@pytest.mark.parametrize("window", ["desk", "desk without scripts"])
def test_the_back_button_after_signing_out_shows_no_page(
    person: Callable[..., Person], window: str
) -> None:
    member = person(**WINDOWS[window])
    member.sign_in(member.demonstration.account("c.desmarny"), THREAD)
    title = member.heading
    member.go("/boards").sign_out()
    assert member.page.locator("header").get_by_role("link", name="Sign in").is_visible()

    for _ in range(3):
        member.page.go_back()
        assert title not in member.page.content()
        assert "Sign out" not in member.page.content()


def test_the_button_copies_the_address_of_the_office(person: Callable[..., Person]) -> None:
    member = person()
    member.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    member.sign_in(member.demonstration.account("c.desmarny"), "/directory/qp")
    card = member.main.locator("article.cp-card", has_text="Relaciones Exteriores").first

    card.get_by_role("button", name="Copy e-mail").click()

    expect(card.get_by_text("Copied")).to_be_visible()
    copied = member.page.evaluate("navigator.clipboard.readText()")
    assert copied == "extradiciones@relaciones.qp.example"


def test_without_scripts_no_button_is_shown_that_needs_them(person: Callable[..., Person]) -> None:
    member = person(javascript=False)
    member.sign_in(member.demonstration.account("c.desmarny"), "/directory/qp")

    assert not member.page.get_by_role("button", name="Copy e-mail").first.is_visible()
    address = member.main.locator("a[href='mailto:extradiciones@relaciones.qp.example']").first
    assert address.is_visible()


def test_the_preview_follows_the_typing(person: Callable[..., Person]) -> None:
    member = person()
    member.sign_in(member.demonstration.account("n.darwash"), THREAD)

    member.page.locator("[name=body]").press_sequentially("## Two *words* <b>raw</b>")

    shown = member.page.locator("#body-preview")
    expect(shown.locator("em")).to_have_text("words")
    expect(shown).to_contain_text("<b>raw</b>")
    member.look()


def test_who_will_be_told_follows_the_choice(person: Callable[..., Person]) -> None:
    member = person()
    member.sign_in(member.demonstration.account("c.desmarny"), "/threads/new")

    member.tick("states", "QP").choose("function", "UNTOC-17-TSP")

    told = member.page.get_by_label("Who will be told")
    expect(told).to_contain_text("Oficina de Traslado de Personas Condenadas")
    expect(told).not_to_contain_text("Fiscalía")
    member.look()


def test_a_skip_link_comes_first_and_leads_to_the_content(person: Callable[..., Person]) -> None:
    visitor = person().go("/directory")

    visitor.page.keyboard.press("Tab")
    expect(visitor.page.locator(".cp-skip")).to_be_focused()
    visitor.page.keyboard.press("Enter")

    expect(visitor.page).to_have_url(re.compile("#main$"))
