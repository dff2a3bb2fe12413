"""What happens to members, for features that must react."""

from dataclasses import dataclass

from forum.policy import Actor


@dataclass(frozen=True)
class RoleChanged:
    """A member stands for another authority, in another role, or for none any more."""

    member_id: int


@dataclass(frozen=True)
class DataAsked:
    """A member asked for all that is held about them: features that the export does not know add
    what they hold, in the words and facts that the member was given."""

    member_id: int
    #: By name; JSON can say it.
    held: dict[str, object]


@dataclass(frozen=True)
class MemberErased:
    """An account is being erased: features take out of theirs what says who it was."""

    member_id: int
    #: Its mailbox until now, and the form in which it is compared.
    email: str
    email_key: str
    by: Actor


@dataclass(frozen=True)
class StatusChanged:
    """An account came into use, or went out of it."""

    member_id: int
