"""Whether the site works, and whom to write to."""

from datetime import timedelta
from functools import cache
from typing import Final

from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from forum.core import clock
from forum.core.db import db
from forum.core.paths import MIGRATIONS
from forum.core.services import services

#: RFC 9116 wants less than a year.
_HOLDS: Final = timedelta(days=180)


def is_ready() -> bool:
    """Whether the database can be reached and has the tables that this version wants."""
    try:
        found = set(db.session.scalars(text("SELECT version_num FROM alembic_version")))
    except SQLAlchemyError:
        return False
    return found == _wanted()


@cache
def _wanted() -> frozenset[str]:
    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


def security_txt() -> str:
    """Where to report a weakness; holds for half a year from each day on."""
    settings, midnight = services().settings, clock.now().replace(hour=0, minute=0, second=0)
    expires = (midnight + _HOLDS).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f"Contact: mailto:{settings.secretariat_email}\n"
        f"Expires: {expires}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {settings.link('/.well-known/security.txt')}\n"
    )


def secretariat_email() -> str:
    """Whom members write to about the network."""
    return services().settings.secretariat_email
