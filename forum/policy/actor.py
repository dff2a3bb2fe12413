"""Who acts: the facts about a person that rules may ask for."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a member is in the authority represented."""

    OFFICER = "officer"
    HEAD = "head"
    FOCAL_POINT = "focal_point"
    #: Staff of the authority Secretariat, which has no State. There is no higher role.
    MODERATOR = "moderator"


@dataclass(frozen=True)
class Standing:
    """A representation in force: for which authority a member stands, and as what."""

    authority_id: int
    authority: str
    state: str | None
    alpha3: str | None
    state_name: str | None
    role: Role
    since: date
    #: Codes of the functions for which the authority is designated today.
    functions: frozenset[str] = frozenset()
    #: When the authority last confirmed this person, and since when the person may speak for it.
    confirmed_at: datetime | None = None
    may_speak_since: datetime | None = None


@dataclass(frozen=True)
class Restriction:
    """Why a member reads only, and until when."""

    #: What it is for: `sanction`, `attestation`, `recovery`, `mailbox` or `unseen`.
    cause: str
    reason: str = ""
    #: None: until it is lifted.
    until: datetime | None = None


@dataclass(frozen=True)
class Actor:
    """A person at work. The one without `id` is a visitor.

    Flask-Login knows the current member as an Actor, hence its four names below.
    """

    id: int | None = None
    name: str = ""
    post: str = ""
    zone: str = "UTC"
    standings: tuple[Standing, ...] = ()
    #: What keeps this person from writing today, if anything does.
    restriction: Restriction | None = None
    #: The house rules changed, and this person has yet to accept them.
    owes_rules: bool = False
    #: Stands for the Secretariat, and must add a passkey before anything else there.
    lacks_passkey: bool = False
    #: Somebody asked for a new second factor for this account, and that goes on.
    is_recovering: bool = False

    @property
    def is_read_only(self) -> bool:
        """Whether this person may read, but neither write nor decide."""
        return self.restriction is not None

    @property
    def is_member(self) -> bool:
        """Whether this person has an account and stands for an authority today."""
        return self.id is not None and bool(self.standings)

    @property
    def is_staff(self) -> bool:
        """Whether this person stands for the Secretariat."""
        return any(standing.role is Role.MODERATOR for standing in self.standings)

    @property
    def is_moderator(self) -> bool:
        """Whether this person may act for the Secretariat: not without a passkey one must have."""
        return self.is_staff and not self.lacks_passkey

    @property
    def is_focal_point(self) -> bool:
        """Whether a State named this person by note verbale."""
        return any(standing.role is Role.FOCAL_POINT for standing in self.standings)

    @property
    def authorities_headed(self) -> frozenset[int]:
        """Numbers of the authorities this person is the head of."""
        return frozenset(
            standing.authority_id for standing in self.standings if standing.role is Role.HEAD
        )

    @property
    def states_headed(self) -> frozenset[str]:
        """Codes of the States in which this person is the head of some authority."""
        return frozenset(
            standing.state
            for standing in self.standings
            if standing.role is Role.HEAD and standing.state
        )

    @property
    def states_vouched_for(self) -> frozenset[str]:
        """Codes of the States that named this person their focal point."""
        return frozenset(
            standing.state
            for standing in self.standings
            if standing.role is Role.FOCAL_POINT and standing.state
        )

    @property
    def has_desk(self) -> bool:
        """Whether this person answers for the members of some authority."""
        return bool(self.authorities_headed or self.states_vouched_for)

    @property
    def states(self) -> frozenset[str]:
        """Codes of the States this person stands for."""
        return frozenset(standing.state for standing in self.standings if standing.state)

    @property
    def functions(self) -> frozenset[tuple[str, str]]:
        """What this person's authorities answer for: pairs of State and function."""
        return frozenset(
            (standing.state, function)
            for standing in self.standings
            if standing.state
            for function in standing.functions
        )

    @property
    def main(self) -> Standing | None:
        """The standing under which this person writes: the one held longest."""
        return min(self.standings, key=lambda standing: standing.since, default=None)

    # What Flask-Login asks for.

    @property
    def is_authenticated(self) -> bool:
        """Whether both factors were proved in this session."""
        return self.id is not None

    @property
    def is_active(self) -> bool:
        """An Actor is only made for an active member."""
        return self.id is not None

    @property
    def is_anonymous(self) -> bool:
        """Whether this is a visitor."""
        return self.id is None

    def get_id(self) -> str | None:
        """The member's number as text."""
        return None if self.id is None else str(self.id)


ANONYMOUS: Final = Actor()
