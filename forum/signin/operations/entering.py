"""The moment in which somebody who proved both factors comes in, or does not."""

from dataclasses import dataclass
from typing import Final

from forum.audit.operations import record
from forum.core import clock
from forum.core.events import announce
from forum.core.secrets import digest
from forum.members.models import LimitKind, Member
from forum.members.queries import restriction_of
from forum.policy import ANONYMOUS, Actor, Restriction
from forum.signin.events import Entering
from forum.signin.held import Duty, duty_of
from forum.signin.operations import strangers
from forum.signin.operations.sessions import open_session
from forum.signin.operations.tries import Client, Refused, Throttled, device_pass, is_new
from forum.signin.queries import open_session_under


@dataclass(frozen=True)
class SignedIn:
    """Both factors were proved."""

    #: Of the new session.
    token: str
    #: For the browser to keep, so that it is known next time.
    device: str
    #: Recovery codes that remain, if one was used.
    codes_left: int | None = None
    #: A moderator who moderates nothing before a passkey is added.
    must_add_passkey: bool = False


@dataclass(frozen=True)
class Suspended:
    """Both factors were proved, but the account is suspended; nothing is open."""

    why: Restriction | None


@dataclass(frozen=True)
class StandsForNobody(Suspended):
    """Both factors were proved, but the member stands for no authority today; nothing is open."""

    why: Restriction | None = None


@dataclass(frozen=True)
class PasskeyNeeded:
    """This account opens by its passkey alone, one that makes sure who holds it."""


OUTCOMES: Final = {
    Refused: "refused",
    Throttled: "throttled",
    Suspended: "suspended",
    StandsForNobody: "stands for nobody",
    PasskeyNeeded: "passkey needed",
}


def let_in(
    member: Member, client: Client, browser: str, how: str, *, verified_user: bool = False
) -> SignedIn | PasskeyNeeded:
    """Open a session for a member who proved both factors; inside the operation in hand.

    `verified_user`: by a passkey whose device made sure who held it. That a member is staff is only
    known once the session is open; whoever calls this takes all back if a passkey was needed.
    """
    if is_new(client, member.id):
        strangers.end_streak(member.email)
        strangers.tell_of_new_device(member, client)
    token = open_session(member, client.agent, browser)
    session = open_session_under(digest(token))
    duty = duty_of(member.id, is_staff=session is not None and session.is_staff)
    if duty is Duty.USE and not verified_user:
        return PasskeyNeeded()
    record(
        Actor(id=member.id, name=member.name),
        "session:open",
        f"member:{member.id}",
        details={"by": how, **client.told},
    )
    device = device_pass(member.id, client.device)
    return SignedIn(token, device, must_add_passkey=duty is Duty.ADD)


def kept_out(member: Member) -> Suspended | None:
    """What is said to somebody who proved both factors of an account that is suspended, or who
    stands for no authority; None to whoever may come in."""
    if not member.is_in_use(clock.now()):
        return Suspended(restriction_of(member.id, LimitKind.SUSPENDED))
    entering = Entering(member.id)
    announce(entering)
    return StandsForNobody() if entering.stands_for_nobody else None


def opens_by_passkey_alone(member: Member) -> bool:
    """Whether no code opens the account, whatever it is."""
    entering = Entering(member.id)
    announce(entering)
    return duty_of(member.id, is_staff=entering.is_staff) is Duty.USE


def record_failure(
    member_id: int | None, how: str, client: Client, outcome: str, **more: object
) -> None:
    """Note in the log that a sign-in came to nothing."""
    whose = "unknown" if member_id is None else member_id
    details = {"by": how, **client.told, **more}
    record(ANONYMOUS, "session:open", f"member:{whose}", outcome=outcome, details=details)
