"""Commands of the operator: thin, they call operations. `forum --help` lists them."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click
import flask_migrate
from cryptography.fernet import InvalidToken
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from forum import server, worker
from forum.audit.operations import check_whole
from forum.audit.words import BREAKS
from forum.core.alone import alone
from forum.core.cipher import Unreadable
from forum.core.db import operation
from forum.core.delivery import reseal_outbox
from forum.core.errors import Conflict, DomainError
from forum.core.services import services
from forum.core.settings import Misconfigured
from forum.demo import signing_in
from forum.demo.seed import seed_demo
from forum.directory.operations import represent, secretariat
from forum.discussion.operations import load_boards, render_again
from forum.drafts.operations import reseal_kept_forms
from forum.members.models import Member, MemberStatus
from forum.members.operations import admit_member
from forum.members.queries import member_with_mailbox
from forum.owndata.operations import reseal_exports
from forum.policy import ANONYMOUS, Role
from forum.reference.operations import load_reference
from forum.signin.operations import make_activation_link, reseal_secrets
from forum.vetting.operations import reseal_references

_ON_THIS_MACHINE: Final = "127.0.0.1"


def register(app: Flask) -> None:
    """Add the commands to `app`."""
    for command in (
        *(init, seed, accounts, code, create_moderator, audit),
        *(rotate_keys, render_posts, serve, work),
    ):
        app.cli.add_command(command)


def run(app: Flask) -> None:
    """Run the command named on the command line; what it writes is for its owner's eyes."""
    os.umask(0o077)
    app.cli.main(prog_name="forum", obj=ScriptInfo(create_app=lambda: app))


@contextmanager
def _sentences() -> Iterator[None]:
    """What cannot be done ends the command with a sentence, not with a trace."""
    try:
        yield
    except (DomainError, Misconfigured) as error:
        raise click.ClickException(str(error)) from None


def _command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """A command that runs within the application and fails with a sentence."""

    def make(function: Callable[..., None]) -> click.Command:
        return click.command(name)(with_appcontext(_sentences()(function)))

    return make


@_command("init")
def init() -> None:
    """Make or migrate the database and load States, instruments and boards. Safe to repeat."""
    with alone("init"):
        flask_migrate.upgrade()
        loaded = load_reference()
        loaded += load_boards()
        secretariat()
    click.echo(f"The database is ready: {loaded.added} rows added, {loaded.updated} updated.")


@_command("seed-demo")
def seed() -> None:
    """Load the demonstration: invented States, members and threads. Safe to repeat."""
    added = seed_demo()
    click.echo(f"The demonstration is loaded: {added} things added.")


@click.option("--json", "as_json", is_flag=True, help="All accounts, for programs.")
@_command("demo-accounts")
def accounts(as_json: bool) -> None:
    """Say how the members of the demonstration sign in."""
    if as_json:
        click.echo(json.dumps(signing_in.listed(), indent=1, ensure_ascii=False))
    else:
        click.echo(signing_in.explained())


@click.argument("email")
@click.option("--qr", is_flag=True, help="Draw what an authenticator app scans.")
@_command("code")
def code(email: str, qr: bool) -> None:
    """Print a demonstration member's code of this moment, for want of an authenticator app."""
    click.echo(signing_in.drawn(email) if qr else signing_in.code_of(email))


@click.argument("email")
@click.option("--name", default="", help="Name of the person; else the first part of EMAIL.")
@click.option("--again", is_flag=True, help="A new link for one whose account is not activated.")
@_command("create-moderator")
def create_moderator(email: str, name: str, again: bool) -> None:
    """Make an account for a moderator and print the link that activates it, once."""
    try:
        address = validate_email(
            email, check_deliverability=False, test_environment=True
        ).normalized
    except EmailNotValidError:
        raise click.ClickException(f"‘{email}’ is not an e-mail address.") from None
    days = services().settings.activation_days
    link = _link_again(address) if again else _admit_moderator(address, name)
    click.echo(f"Hand this link to the person alone. It works once, for {days} days:\n{link}")


@operation
def _admit_moderator(address: str, name: str) -> str:
    member = admit_member(
        ANONYMOUS,
        name=name.strip() or address.partition("@")[0],
        post="Moderator",
        email=address,
        vetted_how="Named by the operator of this site",
    )
    represent(member, secretariat(), Role.MODERATOR, member.created_at.date())
    return make_activation_link(member)


@operation
def _link_again(address: str) -> str:
    member: Member | None = member_with_mailbox(address)
    if member is None or member.status is not MemberStatus.PENDING:
        raise Conflict("No account with this address waits to be activated.")
    return make_activation_link(member)


@click.group("audit")
def audit() -> None:
    """The audit log."""


@_command("verify")
def verify_audit() -> None:
    """Check that nobody changed, removed, inserted or cut off an entry; 1 if somebody did."""
    verdict = check_whole()
    if verdict.fault is not None:
        raise click.ClickException(
            f"The audit log is broken at entry {verdict.fault.entry_id}: "
            f"{BREAKS[verdict.fault.why]}."
        )
    click.echo(f"The audit log is whole: {verdict.entries} entries.")
    if verdict.foreign:
        click.echo(
            f"Lines of another log in the file of checkpoints: {verdict.foreign}. This data folder "
            "served another database before, or somebody began the log anew."
        )


audit.add_command(verify_audit)


@_command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt all fields under the first key of FORUM_FIELD_KEYS, so that the others can go."""
    try:
        count = _reseal()
    except (InvalidToken, Unreadable):
        raise click.ClickException(
            "Nothing was changed: a field opens with none of the keys in FORUM_FIELD_KEYS. "
            "Add the key it was encrypted with."
        ) from None
    click.echo(f"{count} fields are encrypted under the first key.")


@operation
def _reseal() -> int:
    secrets = reseal_secrets() + reseal_kept_forms() + reseal_references()
    return secrets + reseal_outbox() + reseal_exports()


@_command("render-again")
def render_posts() -> None:
    """Make the HTML of posts anew that an older renderer made."""
    click.echo(f"{render_again()} texts rendered.")


@click.option("--host", default=_ON_THIS_MACHINE, show_default=True)
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; one where SQLite is used.")
@_command("serve")
def serve(host: str, port: int, workers: int | None) -> None:
    """Serve the site."""
    server.serve(services().settings, host, port, workers)


@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@_command("worker")
def work(once: bool) -> None:
    """Send mail, and do once in a while what falls due."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not once:
        worker.run(app)
    else:
        click.echo(f"{worker.run_once(app)} mails sent.")
