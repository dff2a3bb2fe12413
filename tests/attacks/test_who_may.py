"""Every endpoint, asked by everybody, answers as the table `who_may.txt` says.

An endpoint that the table does not name fails; the failure prints the lines to add, with what was
answered. Read them before you add them: the table says what should be, not what is.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask, g
from jinja2 import Template
from werkzeug.routing import Rule

from forum.core import clock
from forum.core.db import db, operation
from forum.core.secrets import digest
from forum.directory.leaving import announce_leaving
from forum.directory.models import Authority, Representation, Visibility
from forum.directory.standing import actor_for
from forum.discussion.models import Audience
from forum.drafts.operations import hand_over_form, keep_form
from forum.drafts.queries import kept_forms_of
from forum.members.limits import limit_member
from forum.members.models import Limit, LimitCause, LimitKind, Member
from forum.members.operations import note_approvals
from forum.owndata.models import DataExport
from forum.owndata.operations import ask_export, make_exports
from forum.policy import ANONYMOUS, Role
from forum.signin.models import OpenSession, Passkey
from forum.vetting.models import Application, ApplicationStatus
from forum.web import access
from forum.web.limits import limiter
from tests.factories import (
    MLA,
    a_mailbox_change,
    a_member,
    a_moderator,
    a_naming,
    a_post,
    a_recovery,
    a_thread,
    an_application,
    an_attestation,
    an_authority,
    an_erasure,
    an_objection,
    sign_in,
)
from tests.support.browser import IS_FIRST_RUN

#: Rules see facts and not tables: either database answers the same.
pytestmark = [] if IS_FIRST_RUN else [pytest.mark.soak]

TABLE: Final = Path(__file__).with_name("who_may.txt")

#: The columns of the table. All but the two of another State belong to one office of State QM.
ROLES: Final = (
    "visitor",
    "applicant",
    "member",
    "read-only",
    "suspended",
    "elsewhere",
    "head",
    "focal-elsewhere",
    "moderator",
    "focal",
)
#: Who is turned away where a member would be asked for password and code again.
NOT_SIGNED_IN: Final = frozenset({"visitor", "applicant", "suspended"})

#: An address that nobody was given.
GUESSED: Final = "a-guess-of-somebody-who-was-not-told"
#: What stands in the address of an application, and of a case of recovery.
HELD: Final = "held-by-whoever-asked"

Arguments = Mapping[str, object]


@dataclass(frozen=True)
class Line:
    """One line of the table: who may ask this endpoint about that thing."""

    method: str
    endpoint: str
    #: What the address is about, one of `World.things`; `-` if it holds no number.
    about: str
    #: `fresh`: password and code are asked for again once the last proof is old.
    proof: str
    answers: Mapping[str, str]

    @property
    def key(self) -> tuple[str, str, str]:
        return self.method, self.endpoint, self.about

    def __str__(self) -> str:
        first = f"{self.method:4} {self.endpoint:31} {self.about:22} {self.proof:6} "
        return first + "".join(_in_column(role, self.answers[role]) for role in ROLES).rstrip()


def _in_column(role: str, word: str) -> str:
    return word.ljust(max(len(role), len("sign-in")) + 2)


def table() -> dict[tuple[str, str, str], Line]:
    """The lines by what they are about; `#` begins a comment."""
    found: dict[tuple[str, str, str], Line] = {}
    for text in TABLE.read_text(encoding="utf-8").splitlines():
        words = text.partition("#")[0].split()
        if not words:
            continue
        if words[0] == "ask":
            assert tuple(words[4:]) == ROLES, "the head of the table names other columns"
            continue
        assert len(words) == 4 + len(ROLES), f"too few or too many words: {text}"
        line = Line(*words[:4], dict(zip(ROLES, words[4:], strict=True)))
        assert line.key not in found, f"twice in the table: {line.key}"
        found[line.key] = line
    return found


class World:
    """People and things: one office of State QM with everybody in it, and another of QN."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        office, elsewhere = an_authority("QM", MLA), an_authority("QN", MLA)
        moderator, other = a_moderator(), a_moderator()
        self.people: dict[str, Member] = {
            "member": a_member(office),
            "read-only": a_member(office),
            "suspended": a_member(office),
            "elsewhere": a_member(elsewhere),
            "head": a_member(office, Role.HEAD),
            "focal-elsewhere": a_member(elsewhere, Role.FOCAL_POINT),
            "moderator": moderator,
            "focal": a_member(office, Role.FOCAL_POINT),
        }
        member, head, focal = (self.people[role] for role in ("member", "head", "focal"))
        self.answers: dict[tuple[str, str, str, str, str], str] = {}
        self._limit()
        self.cookies = {role: self._cookie_of(person) for role, person in self.people.items()}
        shown = an_authority("QN", MLA, visibility=Visibility.PUBLIC)
        with app.app_context():
            operation(note_approvals)(moderator.id, [other.id])
        open_, closed = a_thread(member), a_thread(member, to=["QP"], audience=Audience.ADDRESSED)
        application = an_application(office)
        self._hand_over(application.id)
        proved = {"status": ApplicationStatus.PROVED, "mailbox_proved_at": clock.now()}
        nomination = an_application(office, nominated_by_id=head.id, nominated_as=Role.HEAD)
        newcomer = a_member(office, created_at=clock.now())
        standing = self._standing(newcomer)
        self.things: dict[str, Callable[[str], Arguments]] = {
            "-": _the({}),
            "guessed-token": _the({"token": GUESSED}),
            "own-address": lambda role: {
                "reference": HELD if role == "applicant" else GUESSED,
                "token": GUESSED,
            },
            "board": _the({"slug": "extradition"}),
            "thread-of-all": _the({"thread_id": open_.id, "slug": "how-much-fact-is-enough"}),
            "thread-between-QM-QP": _the(
                {"thread_id": closed.id, "slug": "how-much-fact-is-enough"}
            ),
            "post-of-member": _the({"post_id": a_post(open_, member).id}),
            "post-of-head": _the({"post_id": a_post(open_, head).id}),
            "post-between-QM-QP": _the({"post_id": a_post(closed, member).id}),
            "entry": _the({"state": "qm", "authority": office.slug}),
            "entry-public": _the({"state": "qn", "authority": shown.slug}),
            "state-QM": _the({"state": "QM"}),
            "member-of-QM": _the({"member_id": newcomer.id}),
            "unseen-of-QM": _the({"member_id": self._unseen(office).id}),
            "the-moderator": _the({"member_id": moderator.id}),
            "approver-of-moderator": _the({"member_id": other.id}),
            "limit-of-member": _the(
                {"member_id": self.people["read-only"].id, "limit_id": self._limit_id()}
            ),
            "standing-in-QM": _the({"representation_id": standing}),
            "own-standing-of-member": _the({"representation_id": self._standing(member)}),
            "text-of-member": _the(self._text(member, self._leaving(member, focal))),
            "text-for-member": _the({"form_id": self._handed(member)}),
            "standing-of-member": _the({"member_id": newcomer.id, "representation_id": standing}),
            "standing-of-focal": _the(
                {"member_id": focal.id, "representation_id": self._standing(focal)}
            ),
            "session-of-member": _the({"session_id": self._session(member)}),
            "application": _the({"application_id": an_application(office, **proved).id}),
            "application-sent": _the({"application_id": application.id}),
            "nomination-of-head": _the({"application_id": nomination.id}),
            "change-of-newcomer": _the({"change_id": a_mailbox_change(newcomer).id}),
            "export-of-member": _the({"export_id": self._export(member)}),
            "passkey-of-member": _the({"passkey_id": self._passkey(member)}),
            "recovery-of-newcomer": _the({"case_id": a_recovery(newcomer, reference=HELD).id}),
            "question-of-member": _the({"attestation_id": an_attestation(newcomer).id}),
            "question-of-head": _the({"attestation_id": an_attestation(head).id}),
            "question-of-focal": _the({"attestation_id": an_attestation(focal).id}),
            "question-of-moderator": _the({"attestation_id": an_attestation(moderator).id}),
            "question-of-other": _the({"attestation_id": an_attestation(other).id}),
            "office-of-QM": _the({"authority_id": office.id}),
            "what-is-done": _the({"what": "stop"}),
            "note": _the({"naming_id": a_naming(office, registered_by_id=other.id).id}),
            "erasure-of-newcomer": _the({"erasure_id": an_erasure(newcomer).id}),
            "objection": _the({"objection_id": an_objection(newcomer, head).id}),
        }

    def _cookie_of(self, person: Member) -> str:
        client = self.app.test_client()
        sign_in(client, person)
        cookie = client.get_cookie("session")
        assert cookie is not None
        return cookie.value

    def _limit(self) -> None:
        until = clock.now() + timedelta(days=9)
        with self.app.app_context():
            for role, kind in (
                ("read-only", LimitKind.READ_ONLY),
                ("suspended", LimitKind.SUSPENDED),
            ):
                cause = LimitCause.SANCTION
                limit_member(ANONYMOUS, self.people[role].id, kind, cause, until=until)

    def _unseen(self, office: Authority) -> Member:
        """Somebody suspended for not being here for a year."""
        member = a_member(office)
        with self.app.app_context():
            limit_member(ANONYMOUS, member.id, LimitKind.SUSPENDED, LimitCause.UNSEEN)
        return member

    def _hand_over(self, application_id: int) -> None:
        """Let the secret address of an application be one that the applicant knows."""
        with self.app.app_context(), db.engine.begin() as connection:
            connection.execute(
                db.update(Application)
                .where(Application.id == application_id)
                .values(reference_digest=digest(HELD))
            )

    def _limit_id(self) -> int:
        with self.app.app_context():
            mine = db.select(Limit.id).where(Limit.member_id == self.people["read-only"].id)
            return db.session.scalars(mine).one()

    def _standing(self, member: Member) -> int:
        with self.app.app_context():
            mine = db.select(Representation.id).where(Representation.member_id == member.id)
            return db.session.scalars(mine).one()

    def _leaving(self, member: Member, successor: Member) -> int:
        number = self._standing(member)
        with self.app.app_context():
            announce_leaving(actor_for(member.id), number, clock.now().date(), successor.id)
        return number

    def _text(self, member: Member, standing: int) -> Arguments:
        with self.app.app_context():
            keep_form(member.id, "a browser", "/threads/new", [("title", "Not sent")])
            text = kept_forms_of(actor_for(member.id))[0]
            return {"representation_id": standing, "form_id": text.id}

    def _handed(self, member: Member) -> int:
        giver = self.people["head"]
        with self.app.app_context():
            keep_form(giver.id, "a browser", "/threads/new", [("title", "Not sent")])
            text = kept_forms_of(actor_for(giver.id))[0].id
            hand_over_form(actor_for(giver.id), text, member.id)
            return text

    def _session(self, member: Member) -> int:
        with self.app.app_context():
            mine = db.select(OpenSession.id).where(OpenSession.member_id == member.id)
            return db.session.scalars(mine).one()

    def _passkey(self, member: Member) -> int:
        with self.app.app_context(), db.engine.begin() as connection:
            facts = {"credential_id": "an id", "public_key": b"", "handle": "a handle"}
            facts |= {"sign_count": 0, "verifies_user": True, "transports": [], "name": "Key"}
            facts |= {"made_at": clock.now(), "member_id": member.id, "aaguid": ""}
            made = connection.execute(db.insert(Passkey).values(facts).returning(Passkey.id))
            return made.scalar_one()

    def _export(self, member: Member) -> int:
        with self.app.app_context():
            ask_export(actor_for(member.id))
            make_exports()
            mine = db.select(DataExport.id).where(DataExport.member_id == member.id)
            return db.session.scalars(mine).one()

    def abouts(self, rule: Rule) -> list[str]:
        """The things that an address of this form can be about."""
        told = {name: set(thing("visitor")) for name, thing in self.things.items()}
        exactly = [name for name, names in told.items() if names == rule.arguments]
        return exactly or [name for name, names in told.items() if names > rule.arguments]

    def ask(self, line: Line, rule: Rule, role: str) -> str:
        """Send the request, without any field filled in; nothing of what it does is kept."""
        told = self.things[line.about](role)
        if role == "applicant" and told == self.things[line.about]("visitor"):
            role = "visitor"  # nothing tells the two apart here
        asked = (*line.key, rule.rule, role)
        if asked not in self.answers:
            self.answers[asked] = self._answer(line, rule, role, told)
        return self.answers[asked]

    def _answer(self, line: Line, rule: Rule, role: str, told: Arguments) -> str:
        built = rule.build({name: told[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None, line
        # The cookie that the person began with, whatever earlier answers made of it.
        headers = {"Cookie": f"session={self.cookies[role]}"} if role in self.cookies else {}
        client = self.app.test_client(use_cookies=False)
        answer = client.open(built[1], method=line.method, headers=headers)
        return said_by(answer)


def _the(arguments: Arguments) -> Callable[[str], Arguments]:
    return lambda _role: arguments


def said_by(answer: Any) -> str:
    """An answer in a word: `ok` is whatever opens, be it a page, a form that came back or a step on."""
    place = answer.headers.get("Location", "")
    if answer.status_code in {301, 302, 303, 308}:
        for path, word in (("/sign-in?next=", "sign-in"), ("/confirm?next=", "confirm")):
            if place.startswith(path):
                return word
        return "ok"
    return "ok" if answer.status_code in {200, 409, 422} else str(answer.status_code)


@contextmanager
def nothing_kept(app: Flask) -> Iterator[None]:
    """Forms need no token, nobody is counted, pages stay empty and without headers, refusals without
    a line in the log; and what an operation did is undone when its request is over, so that each
    question is asked of the same world."""

    def token_is_right(*_: object) -> None:
        g.has_stale_token, g.csrf_valid = False, True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limiter, "enabled", False)
        patch.setattr(Template, "render", lambda *_, **__: "")
        patch.setattr(app, "update_template_context", lambda _: None)
        patch.setitem(app.after_request_funcs, None, [])
        patch.setattr(access, "_check_form_token", token_is_right)
        with app.app_context():
            patch.setattr(db.session, "commit", db.session.flush)
        yield


def rules(app: Flask) -> Iterator[tuple[str, Rule]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                yield method, rule


@pytest.fixture
def world(app: Flask, at: Any) -> World:
    return World(app)


def test_every_endpoint_answers_everybody_as_the_table_says(app: Flask, world: World) -> None:
    lines, asked = table(), set()
    wrong, missing = [], []
    unknown = {rule.rule for _, rule in rules(app) if not world.abouts(rule)}

    with nothing_kept(app):
        for method, rule in rules(app):
            mine = [line for line in lines.values() if line.key[:2] == (method, rule.endpoint)]
            asked |= {line.key for line in mine}
            for line in mine or drafts(app, world, method, rule):
                seen = replace(line, answers={role: world.ask(line, rule, role) for role in ROLES})
                if line.answers != seen.answers:
                    (wrong if mine else missing).append(f"{seen}")

    assert not unknown, f"add what these addresses are about to World.things: {sorted(unknown)}"
    assert not missing, (
        f"{TABLE.name} does not name these. If each answer is as it should be, add:\n"
        + "\n".join(missing)
    )
    assert not wrong, f"{TABLE.name} says otherwise; this was answered:\n" + "\n".join(wrong)
    assert not set(lines) - asked, f"no such endpoint: take it out of {TABLE.name}"


def drafts(app: Flask, world: World, method: str, rule: Rule) -> Iterator[Line]:
    """Lines for an endpoint that the table does not name, one for each thing it can be about."""
    proof = "fresh" if hasattr(app.view_functions[rule.endpoint], "needs_fresh_proof") else "-"
    for about in world.abouts(rule):
        yield Line(method, rule.endpoint, about, proof, {})


def test_what_needs_a_fresh_proof_asks_for_it_again_when_the_last_one_is_old(
    app: Flask, world: World, at: Any
) -> None:
    by_endpoint = {(method, rule.endpoint): rule for method, rule in rules(app)}
    at(timedelta(minutes=11))
    wrong = []

    with nothing_kept(app):
        for line in table().values():
            let_in = [
                role
                for role, answer in line.answers.items()
                if answer == "ok" and role not in NOT_SIGNED_IN
            ]
            if not let_in or line.key[:2] not in by_endpoint:
                continue
            answer = world.ask(line, by_endpoint[line.key[:2]], let_in[0])
            if (answer == "confirm") is not (line.proof == "fresh"):
                wrong.append(f"{line.method} {line.endpoint}: {line.proof}, but {answer}")

    assert wrong == []
