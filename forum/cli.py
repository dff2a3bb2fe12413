"""Commands of the operator: thin, they call operations."""

import click
from flask import Flask
from flask.cli import ScriptInfo


def register(app: Flask) -> None:
    """Add the commands to `app`."""

    @app.cli.command("routes-of-members")
    def _placeholder() -> None:
        click.echo("")


def run(app: Flask) -> None:
    """Run the command named on the command line."""
    app.cli.main(prog_name="forum", obj=ScriptInfo(create_app=lambda: app))
