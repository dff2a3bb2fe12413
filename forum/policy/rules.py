"""The rules themselves."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from forum.core.errors import Forbidden, ReadingOnly
from forum.policy.actor import Actor, Role
from forum.policy.permission import Permission
from forum.policy.subject import NETWORK, Subject, member_key, state_key

Rule = Callable[[Actor, Subject], bool]

_NOTHING: Final = Subject()


def readable_by(actor: Actor) -> frozenset[str]:
    """The reader keys `actor` holds: one answer for pages, lists, counts and mail."""
    if not actor.is_member or actor.id is None:
        return frozenset()
    return frozenset({NETWORK, member_key(actor.id), *map(state_key, actor.states)})


def every(*rules: Rule) -> Rule:
    """All of `rules` must hold."""
    return lambda actor, subject: all(rule(actor, subject) for rule in rules)


def some(*rules: Rule) -> Rule:
    """One of `rules` is enough."""
    return lambda actor, subject: any(rule(actor, subject) for rule in rules)


def is_member(actor: Actor, _subject: Subject) -> bool:
    """A vetted person who stands for an authority today."""
    return actor.is_member


def is_moderator(actor: Actor, _subject: Subject) -> bool:
    """Somebody who stands for the Secretariat, with the passkey that takes."""
    return actor.is_moderator


def is_readable(actor: Actor, subject: Subject) -> bool:
    """The person holds one of the subject's reader keys."""
    return not subject.readers.isdisjoint(readable_by(actor))


def is_public(_actor: Actor, subject: Subject) -> bool:
    """Its State shows it to everybody."""
    return subject.is_public


def is_open(_actor: Actor, subject: Subject) -> bool:
    """It takes posts."""
    return subject.is_open


def is_question(_actor: Actor, subject: Subject) -> bool:
    """It belongs to a question."""
    return subject.is_question


def is_standing(_actor: Actor, subject: Subject) -> bool:
    """It was not withdrawn."""
    return not subject.is_withdrawn


def is_answer(_actor: Actor, subject: Subject) -> bool:
    """It does not open its thread."""
    return not subject.is_opening


def is_author(actor: Actor, subject: Subject) -> bool:
    """The person wrote it."""
    return actor.id is not None and actor.id == subject.author_id


def is_asker(actor: Actor, subject: Subject) -> bool:
    """The person asked the question."""
    return actor.id is not None and actor.id == subject.asker_id


def is_free_to_open(actor: Actor, subject: Subject) -> bool:
    """A board of notices is opened to by the secretariat and focal points, others by everybody."""
    return not subject.is_for_notices or actor.is_moderator or actor.is_focal_point


def answers_for(actor: Actor, subject: Subject) -> bool:
    """The person is head of the authority it belongs to, or focal point of its State."""
    return (
        subject.authority_id in actor.authorities_headed
        or subject.state in actor.states_vouched_for
    )


def names_speakers(actor: Actor, subject: Subject) -> bool:
    """Who says that an officer may speak for the authority: whoever answers for its members; of its
    head, a focal point of the State."""
    if subject.role is Role.OFFICER:
        return answers_for(actor, subject)
    return subject.role is Role.HEAD and subject.state in actor.states_vouched_for


def is_oneself(actor: Actor, subject: Subject) -> bool:
    """It concerns the person, who needs no right to write for it."""
    return actor.id is not None and actor.id == subject.member_id


def is_of_a_focal_point(_actor: Actor, subject: Subject) -> bool:
    """It concerns somebody whom a State named by a note."""
    return subject.role is Role.FOCAL_POINT


def works_beside(actor: Actor, subject: Subject) -> bool:
    """The person stands for the authority it belongs to."""
    return any(standing.authority_id == subject.authority_id for standing in actor.standings)


def speaks_for_state(actor: Actor, subject: Subject) -> bool:
    """The authority has nobody to ask, and the person is head of another one of the State."""
    return subject.has_no_colleague and subject.state in actor.states_headed


def is_not_barred(actor: Actor, subject: Subject) -> bool:
    """Nobody decides on themselves, or twice on the same thing."""
    return actor.id not in subject.barred


def is_not_named(_actor: Actor, subject: Subject) -> bool:
    """No note verbale named the person, so those who answer for the authority may answer."""
    return not subject.is_named


def falls_to_secretariat(_actor: Actor, subject: Subject) -> bool:
    """Nobody else can answer, or nobody did in time."""
    return subject.falls_to_secretariat


def may_write(actor: Actor, _subject: Subject) -> bool:
    """The person is not restricted to reading: a condition of all that writes or decides."""
    return not actor.is_read_only


#: Of the person concerned: a colleague, whoever answers for the authority, or else for the State.
_is_colleague: Final = some(works_beside, answers_for, speaks_for_state)


RULES: Final[Mapping[Permission, Rule]] = {
    Permission.ACCOUNT_USE: is_member,
    Permission.ANSWER_ACCEPT: every(
        may_write, is_readable, is_question, is_asker, is_answer, is_standing
    ),
    Permission.APPLICATION_DECIDE: every(may_write, is_moderator, is_not_barred),
    Permission.APPLICATION_READ: is_moderator,
    Permission.ATTESTATION_READ: is_moderator,
    Permission.BOARD_READ: is_member,
    Permission.DESK_READ: answers_for,
    Permission.ENTRY_READ: some(is_public, is_member),
    Permission.ERASURE_DECIDE: every(may_write, is_moderator, is_not_barred),
    Permission.ERASURE_READ: is_moderator,
    Permission.FOCAL_POINT_CONFIRM: every(may_write, is_moderator, is_not_barred),
    Permission.FOCAL_POINT_READ: is_moderator,
    Permission.FOCAL_POINT_REGISTER: every(may_write, is_moderator),
    Permission.LEAVING_ANNOUNCE: every(is_member, is_oneself),
    Permission.LOG_READ: is_moderator,
    Permission.MAILBOX_APPROVE: every(may_write, answers_for, is_not_barred),
    Permission.MAILBOX_DECIDE: every(may_write, is_moderator, is_not_barred),
    Permission.MAILBOX_READ: is_moderator,
    Permission.MEMBER_ATTEST: every(may_write, answers_for, is_not_named, is_not_barred),
    Permission.MEMBER_CONFIRM: every(may_write, is_moderator, falls_to_secretariat, is_not_barred),
    Permission.MEMBER_LET_IN: every(may_write, answers_for, is_not_barred),
    Permission.MEMBER_LIMIT: every(may_write, is_moderator, is_not_barred),
    Permission.MEMBER_NOMINATE: every(may_write, answers_for),
    Permission.MEMBER_OBJECT: every(may_write, answers_for, is_not_barred),
    Permission.MEMBER_READ: is_member,
    Permission.MEMBER_REVIEW: is_moderator,
    Permission.MEMBER_VOUCH: every(may_write, answers_for, is_not_barred),
    Permission.MODERATOR_CONFIRM: every(may_write, is_moderator, is_not_barred),
    Permission.OBJECTION_READ: is_moderator,
    Permission.OBJECTION_SETTLE: every(may_write, is_moderator, is_not_barred),
    Permission.POST_CHANGE: every(may_write, is_readable, is_author, is_open, is_standing),
    Permission.POST_READ: is_readable,
    Permission.POST_WITHDRAW: every(may_write, is_readable, is_author, is_standing),
    Permission.RECOVERY_CONFIRM: every(may_write, _is_colleague, is_not_barred),
    Permission.RECOVERY_DECIDE: every(may_write, is_moderator, is_not_barred),
    Permission.RECOVERY_READ: is_moderator,
    Permission.RECOVERY_SEE: every(_is_colleague, is_not_barred),
    Permission.RECOVERY_STOP: every(_is_colleague, is_not_barred),
    Permission.REPRESENTATION_END: every(may_write, answers_for, is_not_barred),
    Permission.REPRESENTATION_REVOKE: every(may_write, is_moderator, is_not_barred),
    Permission.SPEAKER_NAME: every(may_write, names_speakers, is_not_barred),
    Permission.SPEAKER_NAME_FOCAL_POINT: every(
        may_write, is_moderator, is_of_a_focal_point, is_not_barred
    ),
    Permission.THREAD_OPEN: every(may_write, is_member, is_free_to_open),
    Permission.THREAD_READ: is_readable,
    Permission.THREAD_REPLY: every(may_write, is_readable, is_open),
    Permission.THREAD_SEE: is_readable,
}


#: What begins with `may_write`: a restricted member is told why at the door, before any form.
WRITES: Final = frozenset(
    {
        Permission.ANSWER_ACCEPT,
        Permission.APPLICATION_DECIDE,
        Permission.ERASURE_DECIDE,
        Permission.FOCAL_POINT_CONFIRM,
        Permission.FOCAL_POINT_REGISTER,
        Permission.MAILBOX_APPROVE,
        Permission.MAILBOX_DECIDE,
        Permission.MEMBER_ATTEST,
        Permission.MEMBER_CONFIRM,
        Permission.MEMBER_LET_IN,
        Permission.MEMBER_LIMIT,
        Permission.MEMBER_NOMINATE,
        Permission.MEMBER_OBJECT,
        Permission.MEMBER_VOUCH,
        Permission.MODERATOR_CONFIRM,
        Permission.OBJECTION_SETTLE,
        Permission.POST_CHANGE,
        Permission.POST_WITHDRAW,
        Permission.RECOVERY_CONFIRM,
        Permission.RECOVERY_DECIDE,
        Permission.REPRESENTATION_END,
        Permission.REPRESENTATION_REVOKE,
        Permission.SPEAKER_NAME,
        Permission.SPEAKER_NAME_FOCAL_POINT,
        Permission.THREAD_OPEN,
        Permission.THREAD_REPLY,
    }
)


def allows(actor: Actor, permission: Permission, subject: Subject = _NOTHING) -> bool:
    """Whether `actor` may do this to `subject`; without a rule, nobody may."""
    rule = RULES.get(permission)
    return rule is not None and rule(actor, subject)


#: What only moderators do; its pages do not exist for anybody else.
_FOR_MODERATORS: Final = frozenset(
    {
        Permission.APPLICATION_DECIDE,
        Permission.APPLICATION_READ,
        Permission.ATTESTATION_READ,
        Permission.ERASURE_DECIDE,
        Permission.ERASURE_READ,
        Permission.FOCAL_POINT_CONFIRM,
        Permission.FOCAL_POINT_READ,
        Permission.FOCAL_POINT_REGISTER,
        Permission.LOG_READ,
        Permission.MAILBOX_DECIDE,
        Permission.MAILBOX_READ,
        Permission.MEMBER_CONFIRM,
        Permission.MEMBER_LIMIT,
        Permission.MEMBER_REVIEW,
        Permission.MODERATOR_CONFIRM,
        Permission.OBJECTION_READ,
        Permission.OBJECTION_SETTLE,
        Permission.RECOVERY_DECIDE,
        Permission.RECOVERY_READ,
        Permission.REPRESENTATION_REVOKE,
        Permission.SPEAKER_NAME_FOCAL_POINT,
    }
)


#: What heads and focal points do at their desk; it does not exist for anybody else.
_AT_THE_DESK: Final = frozenset(
    {
        Permission.DESK_READ,
        Permission.MAILBOX_APPROVE,
        Permission.MEMBER_ATTEST,
        Permission.MEMBER_LET_IN,
        Permission.MEMBER_NOMINATE,
        Permission.MEMBER_OBJECT,
        Permission.MEMBER_VOUCH,
        Permission.REPRESENTATION_END,
        Permission.SPEAKER_NAME,
    }
)


def allows_at_all(actor: Actor, permission: Permission) -> bool:
    """Whether there can be anything that `actor` may do this to: what the door asks."""
    if permission in _FOR_MODERATORS:
        return actor.is_moderator
    return actor.has_desk if permission in _AT_THE_DESK else actor.is_member


def awaits_passkey(actor: Actor, permission: Permission) -> bool:
    """Whether nothing but a passkey that `actor` must add keeps the door shut."""
    with_one = replace(actor, lacks_passkey=False)
    return not allows_at_all(actor, permission) and allows_at_all(with_one, permission)


def require(actor: Actor, permission: Permission, subject: Subject = _NOTHING) -> None:
    """Nothing, if `actor` may; otherwise raises Forbidden, or ReadingOnly if nothing but a
    restriction to reading stands in the way."""
    if allows(actor, permission, subject):
        return
    if allows(replace(actor, restriction=None), permission, subject):
        raise ReadingOnly(str(permission))
    raise Forbidden(str(permission))
