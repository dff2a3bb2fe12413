"""A moderator looks somebody up in the audit log and takes the lines home."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.people import WALKED_BESIDE_AT, WINDOWS, Person

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("window", WALKED_BESIDE_AT)
def test_a_moderator_searches_the_log_and_exports_what_was_found(
    person: Callable[..., Person], window: str, tmp_path: Path
) -> None:
    moderator = person(**WINDOWS[window])
    moderator.sign_in(moderator.demonstration.account("i.karvell"), "/moderation/log").look()
    assert moderator.heading == "Audit log"

    moderator.fill(since="2026-11-25").choose("action", "session:open").press("Apply").look()
    assert moderator.main.get_by_text("Signed in", exact=True).count() >= 1
    moderator.main.locator("summary", has_text="Details").first.click()
    assert moderator.main.get_by_text("Network address").first.is_visible()
    moderator.look()

    moderator.follow("Export").look()
    with moderator.page.expect_download() as download:
        moderator.main.get_by_role("button", name="Download as CSV").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert path.name == "audit-log-2026-11-25.csv"
    assert {row["action"] for row in rows} == {"session:open"}
