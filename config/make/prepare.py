"""Prepares the demonstration in one go: three commands, but Python and the site start only once."""

import os
import sys

import click
from flask.cli import ScriptInfo

from forum.app import create_app
from forum.core.settings import Misconfigured


def prepare() -> None:
    """Run the commands; the last one says how to sign in."""
    sys.argv[0] = ".venv/bin/forum"  # what the accounts are told to be asked with
    os.umask(0o077)  # the database and the keys are for their owner's eyes
    app = create_app()
    for command in ("init", "seed-demo", "demo-accounts"):
        app.cli.main(
            [command],
            prog_name="forum",
            obj=ScriptInfo(create_app=lambda: app),
            standalone_mode=False,
        )


try:
    prepare()
except (click.ClickException, Misconfigured) as error:
    sys.exit(f"forum: {error}")
