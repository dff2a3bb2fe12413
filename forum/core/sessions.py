"""What the server keeps of one browser, as the web layer sees it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Kept:
    """What is kept under a session's token."""

    id: int
    #: Whose session it is; None before both factors were proved, or when it ended.
    member_id: int | None
    #: Whose session it was, if it ended: by idleness, by age, by somebody.
    lapsed_member_id: int | None
    #: When both factors were last proved.
    confirmed_at: datetime | None
    #: JSON.
    kept: str
