"""How mailboxes compare with those of the directory."""

import pytest

from forum.directory.domains import DomainMatch, compare_domains, is_free_mail

OFFICE = ["office@justice.qm.example"]


@pytest.mark.parametrize(
    ("address", "match"),
    [
        ("a@justice.qm.example", DomainMatch.SAME),
        ("a@JUSTICE.qm.example", DomainMatch.SAME),
        ("a@mla.justice.qm.example", DomainMatch.SUBDOMAIN),
        ("a@injustice.qm.example", DomainMatch.DIFFERS),
        ("a@qm.example", DomainMatch.DIFFERS),
        ("a@justice.qm.example.evil.example", DomainMatch.DIFFERS),
        ("a@gmail.com", DomainMatch.DIFFERS),
    ],
)
def test_a_mailbox_matches_the_domain_of_the_entry_or_one_below_it(
    address: str, match: DomainMatch
) -> None:
    assert compare_domains(address, OFFICE) is match


def test_without_a_mailbox_in_the_directory_there_is_nothing_to_compare() -> None:
    assert compare_domains("a@justice.qm.example", []) is DomainMatch.NOTHING_TO_COMPARE


def test_below_a_free_mail_service_nothing_is_the_offices_own() -> None:
    assert compare_domains("a@x.gmail.com", ["office@gmail.com"]) is DomainMatch.DIFFERS


@pytest.mark.parametrize(("address", "is_free"), [("a@gmail.com", True), ("a@gmail.com.qm", False)])
def test_free_mail_is_known_by_its_whole_domain(address: str, is_free: bool) -> None:
    assert is_free_mail(address) is is_free
