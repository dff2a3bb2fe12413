"""What a member does to take the own data home, and what can be seen of it from outside."""

import io
import json
import zipfile
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db
from forum.members.models import Member
from forum.owndata import operations
from forum.owndata.models import DataExport
from tests.factories import sign_in
from tests.pages import Page, visit

PATH = "/settings/data/export"


def ask(client: FlaskClient) -> Page:
    """Press the button."""
    return visit(client, PATH).send()


def make(app: Flask) -> int:
    """What the worker does."""
    with app.app_context():
        return operations.make_exports()


def rows(app: Flask, table: Any) -> list[Any]:
    """All rows of a table, by number."""
    with app.app_context():
        found = list(db.session.scalars(select(table).order_by(table.id)))
        db.session.expunge_all()
        return found


def fetched(app: Flask, client: FlaskClient) -> zipfile.ZipFile:
    """The newest export, as its owner gets it."""
    answer = client.get(f"/settings/data/exports/{rows(app, DataExport)[-1].id}")
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.data))


def taken_home(
    app: Flask, client: FlaskClient, member: Member
) -> tuple[dict[str, Any], dict[str, str]]:
    """What is in a copy: the facts, and all texts by the name of their file."""
    sign_in(client, member)
    ask(client)
    assert make(app) == 1
    found = fetched(app, client)
    texts = {name: found.read(name).decode() for name in found.namelist()}
    return json.loads(texts["data.json"]), texts
