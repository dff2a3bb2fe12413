"""Numbers in addresses: each thing has one address, and no database is asked for what none can hold."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from forum.core.typed import HIGHEST_NUMBER


class Number(IntegerConverter):
    """A row's number as this site writes it: digits of ASCII, without zeros in front."""

    regex = "[1-9][0-9]{0,9}"

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max": HIGHEST_NUMBER, **kwargs})  # type: ignore[arg-type]


def install(app: Flask) -> None:
    """Let `<int:…>` in the rules of `app` mean such a number."""
    app.url_map.converters["int"] = Number
