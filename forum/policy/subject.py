"""What is acted upon: the facts about a thing that rules may ask for."""

from dataclasses import dataclass
from typing import Final

from forum.policy.actor import Role

#: The reader key that every member holds.
NETWORK: Final = "network"


def state_key(state: str) -> str:
    """The reader key of all members of one State."""
    return f"state:{state}"


def member_key(member_id: int) -> str:
    """The reader key of one member."""
    return f"member:{member_id}"


@dataclass(frozen=True)
class Subject:
    """A thread, a post, an entry, an application … as the rules see it."""

    #: Keys of those who may read it; a person who holds one of them may.
    readers: frozenset[str] = frozenset()
    #: Its State made it public (directory entries).
    is_public: bool = False
    #: It still takes posts.
    is_open: bool = True
    #: It was withdrawn by its author.
    is_withdrawn: bool = False
    #: A question can have accepted answers.
    is_question: bool = False
    #: Only the secretariat and focal points open threads here.
    is_for_notices: bool = False
    #: The authority it belongs to, and that authority's State.
    authority_id: int | None = None
    state: str | None = None
    #: What the member concerned is in that authority.
    role: Role | None = None
    #: The authority has nobody else, and the State no focal point: heads of its others speak for it.
    has_no_colleague: bool = False
    #: The member concerned.
    member_id: int | None = None
    author_id: int | None = None
    #: Who asked the question that it answers.
    asker_id: int | None = None
    #: It opens its thread.
    is_opening: bool = False
    #: The State named the person by a note: only the Secretariat answers for them.
    is_named: bool = False
    #: Nobody else can answer, or nobody did in time: the Secretariat may.
    falls_to_secretariat: bool = False
    #: Members who may not decide on it: the person concerned, whoever already decided.
    barred: frozenset[int] = frozenset()
