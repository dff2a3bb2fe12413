"""Who takes part in the threads of these tests."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.members.models import Member
from tests.factories import EXTRADITION, MLA, a_member, an_authority, sign_in

SignedIn = Callable[[Member], FlaskClient]


@pytest.fixture
def asker(app: Flask) -> Member:
    """An officer of Arvenia."""
    return a_member(
        an_authority("QM", MLA, EXTRADITION, name="Office of Arvenia"), name="Ada Asker"
    )


@pytest.fixture
def answerer(app: Flask) -> Member:
    """An officer of the State that is asked."""
    return a_member(an_authority("QN", MLA, name="Office of Belmara"), name="Ben Answerer")


@pytest.fixture
def stranger(app: Flask) -> Member:
    """An officer of a third State."""
    return a_member(an_authority("QP", MLA, name="Office of Corvesa"), name="Cy Stranger")


@pytest.fixture
def signed_in(app: Flask) -> SignedIn:
    """A browser of its own in which a member is signed in."""

    def client_of(member: Member) -> FlaskClient:
        client = app.test_client()
        sign_in(client, member)
        return client

    return client_of
