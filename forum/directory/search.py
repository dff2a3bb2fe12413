"""What the list of entries is searched by; each reader finds only what is shown to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from forum.core.db import db
from forum.directory.freshness import Freshness, freshness
from forum.directory.models import Authority
from forum.directory.queries import shown_to
from forum.policy import Actor
from forum.reference.models import State

_LANGUAGES: Final = ("en", "fr", "es", "ar", "ru", "zh")


@dataclass(frozen=True)
class Listed:
    """What the list of entries is searched and counted by."""

    id: int
    state_code: str
    #: Of the State in six languages, of its codes, and of the authority.
    names: tuple[str, ...]
    confirmed_at: datetime | None

    def freshness_on(self, day: date) -> Freshness:
        """How old the last confirmation is."""
        return freshness(self.confirmed_at, day)


def listed_entries(actor: Actor) -> list[Listed]:
    """All entries that `actor` may read, by the English name of their States."""
    state_names = [getattr(State, f"name_{language}") for language in _LANGUAGES]
    rows = db.session.execute(
        select(
            Authority.id,
            State.code,
            Authority.confirmed_at,
            *(State.alpha3, *state_names),
            *(Authority.name, Authority.name_en, Authority.territory),
        )
        .join(Authority.state)
        .where(shown_to(actor))
        .order_by(State.name_en, State.code, Authority.territory, Authority.id)
    )
    return [Listed(row[0], row[1], (row[1], *row[3:]), row[2]) for row in rows]


def entries_with(ids: Collection[int]) -> list[Authority]:
    """The entries of these numbers, those for the whole State first; only for ids already seen."""
    return list(
        db.session.scalars(
            select(Authority)
            .where(Authority.id.in_(sorted(ids)))
            .options(
                joinedload(Authority.state),
                selectinload(Authority.hours),
                selectinload(Authority.languages),
            )
            .order_by(Authority.territory, Authority.id)
        )
    )
