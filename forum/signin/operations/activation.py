"""Taking an account into use: a link, a password, an authenticator app, recovery codes."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from forum.audit.operations import record
from forum.core import clock
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid
from forum.core.mail import post_mail
from forum.core.secrets import digest
from forum.core.services import services
from forum.core.typed import N_
from forum.members.models import Member, MemberStatus
from forum.members.operations import accept_rules, take_into_use
from forum.policy import ANONYMOUS, Actor
from forum.signin.models import Credential, LinkPurpose, OneTimeLink, SecondFactor
from forum.signin.operations import factors
from forum.signin.operations.links import keep_progress, make_link, spends_link
from forum.signin.operations.tries import Refused, Throttled, code_counter, tried
from forum.signin.passwords import refusal
from forum.signin.queries import Progress, activation_link, progress_of
from forum.signin.totp import accepted_step, new_secret

_ALREADY: Final = N_("This account was activated already, or is not to be used.")


@dataclass(frozen=True)
class Activated:
    """The account is in use; its recovery codes wait to be saved."""

    member_id: int


@dataclass(frozen=True)
class Over:
    """The link does not hold any more, or activation goes on in another browser."""


@operation
def invite(member: Member) -> str:
    """Make the link by which a pending member activates the account; gives its token.

    Older links of the member are worth nothing from then on. Raises Conflict if the account is
    not pending.
    """
    locked = db.session.get(Member, member.id, with_for_update=True, populate_existing=True)
    if locked is None or locked.status is not MemberStatus.PENDING:
        raise Conflict(_ALREADY)
    lasts = timedelta(days=services().settings.activation_days)
    token, link_id = make_link(member.id, LinkPurpose.ACTIVATION, lasts)
    record(ANONYMOUS, "link:make", f"member:{member.id}", details={"link": link_id})
    return token


@operation
def make_activation_link(member: Member) -> str:
    """The full address of a new activation link, for whoever hands it over by hand."""
    return services().settings.link(_path(invite(member)))


@operation
def send_activation(member: Member) -> None:
    """Mail a new activation link to the member."""
    days = services().settings.activation_days
    post_mail("signin/activation", member.email, path=_path(invite(member)), days=days)


def _path(token: str) -> str:
    return f"/activate/{token}"


def begin_activation(token: str, browser: str, password: str, zone: str, rules: date) -> bool:
    """Keep password and zone, and the secret for an app, for this browser; False if the link is over.

    `rules` is the version of the house rules that was accepted. The link is not spent. Raises
    Invalid if the password is not taken.
    """
    link = activation_link(token)
    if link is None:
        return False
    why_not = refusal(password, about=[link.member.name, link.member.email])
    if why_not is not None:
        raise Invalid("password", why_not.sentence)
    return _keep_begun(token, browser, factors.hasher().hash(password), zone, rules)


@operation
def _keep_begun(token: str, browser: str, password_hash: str, zone: str, rules: date) -> bool:
    link = activation_link(token)
    if link is None:
        return False
    # Whoever goes back and forth keeps the key that their app may know already.
    known = progress_of(link, browser)
    secret = known.secret if known else new_secret()
    begun = Progress(digest(browser), password_hash, zone, secret, rules=rules.isoformat())
    keep_progress(link, begun)
    record(ANONYMOUS, "member:begin", f"member:{link.member_id}", details={"link": link.id})
    return True


@operation
def finish_activation(
    token: str, browser: str, code: str
) -> Activated | Refused | Throttled | Over:
    """Take the account into use, once a code proves that the app works; spends the link.

    No session comes of it: both factors are proved at the sign-in that follows.
    """
    link = activation_link(token)
    progress = None if link is None else progress_of(link, browser)
    if link is None or progress is None:
        return Over()
    step = accepted_step(progress.secret, code, clock.now())
    refused = tried(code_counter(link.member_id), lambda: step is not None)
    if refused is not None or step is None:
        record(ANONYMOUS, "factor:enrol", f"member:{link.member_id}", outcome="refused")
        return refused or Refused()
    member = link.member
    if not spends_link(link) or not take_into_use(member.id, progress.zone):
        return Over()
    _store_factors(member.id, progress, step)
    codes = factors.new_recovery_codes(member.id)
    keep_progress(link, Progress(progress.browser, codes=codes))
    newcomer = Actor(id=member.id, name=member.name)
    record(newcomer, "member:activate", f"member:{member.id}", details={"link": link.id})
    if progress.rules:  # activation begun before there were any is led to them after sign-in
        accept_rules(newcomer, date.fromisoformat(progress.rules))
    return Activated(member.id)


def _store_factors(member_id: int, progress: Progress, step: int) -> None:
    now, sealed = clock.now(), services().cipher.seal(progress.secret)
    db.session.merge(
        Credential(member_id=member_id, password_hash=progress.password_hash, changed_at=now)
    )
    db.session.merge(
        SecondFactor(member_id=member_id, sealed_secret=sealed, last_step=0, proved_at=now)
    )
    db.session.flush()
    factors.spends_step(member_id, step)


@operation
def forget_new_codes(token: str, browser: str) -> None:
    """The recovery codes were saved: they cannot be shown again."""
    link = db.session.query(OneTimeLink).filter_by(token_digest=digest(token)).one_or_none()
    if link is not None and link.spent_at is not None and progress_of(link, browser) is not None:
        link.sealed_progress = None
