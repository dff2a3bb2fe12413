"""What counts as the same mailbox."""

from flask import Flask

from forum.core.mailbox import mailbox_key
from forum.members.queries import member_with_mailbox
from tests.factories import a_member


def test_a_domain_typed_in_its_own_letters_is_the_same_as_in_ascii() -> None:
    assert mailbox_key(" Ana@Ministère.Example ") == mailbox_key("ana@xn--ministre-60a.example")


def test_what_is_no_domain_is_compared_as_it_was_typed() -> None:
    assert mailbox_key("A@ü..Example") == "a@ü..example"


def test_a_member_is_found_by_either_form(app: Flask) -> None:
    with app.app_context():
        member = a_member(email="ana@ministère.example")
        found = member_with_mailbox("ana@xn--ministre-60a.example")

        assert found is not None
        assert found.id == member.id
