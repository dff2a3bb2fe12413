"""The main job, as officers do it: ask, see the card, get an answer, mark it solved, reach the office."""

from collections.abc import Callable

import pytest

from tests.browser.people import WALKED_AT, WINDOWS, Person

pytestmark = pytest.mark.browser

TITLE = "May a surrendered person be tried for an older offence?"
OFFICE = "Ministerio de Relaciones Exteriores, Dirección de Asuntos Jurídicos"


def ask(asker: Person) -> str:
    """From Today over a board to the thread; its address."""
    asker.sign_in(asker.demonstration.account("c.desmarny")).look()
    asker.follow("Boards", within="header").look()
    asker.follow("Extradition").look()
    asker.follow("Ask a question").look()
    asker.press("Post").look()
    assert asker.page.title().startswith("Error:")
    asker.fill(title=TITLE, body="Our court asks for **your consent**.", needed_by="2026-12-04")
    asker.choose("board", "extradition").choose("function", "UNTOC-16-EXT")
    asker.tick("states", "QP").tick("audience", "addressed")
    asker.press("Preview").look()
    assert asker.main.locator(".cp-composer__preview strong").inner_text() == "your consent"
    assert OFFICE in asker.main.inner_text()
    asker.press("Post").look()
    assert asker.heading == TITLE
    return asker.path


@pytest.mark.parametrize("window", WALKED_AT)
def test_a_question_is_answered_by_the_competent_office_and_solved(
    person: Callable[..., Person], window: str
) -> None:
    asker, answerer = person(**WINDOWS[window]), person(**WINDOWS[window])

    thread = ask(asker)
    card = asker.main.locator("details.cp-card")
    assert card.count() == 1
    assert OFFICE in card.inner_text()
    assert "extradiciones@relaciones.qp.example" in card.inner_text()
    assert card.get_by_text("UTC").or_(card.get_by_text("your time")).first.is_visible()

    answerer.sign_in(answerer.demonstration.account("j.almodares")).look()
    answerer.follow(TITLE).look()
    answerer.fill(body="Sixty days. Send the charge.").press("Post reply").look()
    assert "Sixty days." in answerer.main.inner_text()

    asker.go("/").look().follow(TITLE).look()
    asker.press("Accept this answer").look()
    assert "Solved" in asker.main.locator(".cp-docket").inner_text()
    assert "Accepted answer" in asker.main.inner_text()

    # the entry, its vCard, the author
    asker.click(card.get_by_role("link", name="Full entry")).look()
    with asker.page.expect_download() as waiting:
        asker.main.get_by_role("link", name="vCard").first.click()
    vcard = waiting.value.path().read_text(encoding="utf-8")
    assert "EMAIL" in vcard
    assert "extradiciones@relaciones.qp.example" in vcard
    asker.go(thread)
    asker.click(asker.main.locator(".cp-post.is-accepted .cp-post__who a")).look()
    assert "Almodares" in asker.heading
    for words in ("Represented since", "Local time", "Lima", OFFICE):
        assert words in asker.main.inner_text()


@pytest.mark.parametrize("window", ["desk", "phone without scripts"])
def test_an_author_edits_and_withdraws_a_post(person: Callable[..., Person], window: str) -> None:
    author = person(**WINDOWS[window])
    author.sign_in(author.demonstration.account("n.darwash"), "/threads/9").look()
    author.fill(body="We need the original.").press("Post reply").look()

    own = author.main.locator("article.cp-post").last
    author.click(own.get_by_role("link", name="Edit")).look().fill(body="A copy is enough.")
    author.press("Save").look()
    assert "A copy is enough." in author.main.inner_text()
    author.follow("Earlier versions").look()
    assert "We need the original." in author.main.inner_text()
    author.page.go_back()
    author.main.locator("article.cp-post").last.locator("summary", has_text="Withdraw").click()
    author.press("Withdraw it").look()

    assert "A copy is enough." not in author.main.inner_text()


@pytest.mark.parametrize("window", WALKED_AT)
def test_an_officer_browses_lists_and_directory(person: Callable[..., Person], window: str) -> None:
    officer = person(**WINDOWS[window])
    officer.sign_in(officer.demonstration.account("d.torbekov"))

    for view in ("waiting", "mine", "my-state", "solved", "all"):
        officer.go(f"/threads?view={view}").look()
    officer.follow("Older").look()
    for path in ("/boards/announcements", "/directory/qr", "/directory/qn", "/directory/qz"):
        officer.go(path).look()
    for word in ("Estoria", "хӯ", "no such office"):
        officer.go("/directory").fill(q=word).press("Apply").look()
    officer.go("/threads/987654").look()
    assert officer.heading == "There is no page here"
