"""The files in config/reference as the tests read them: plain rows, no application."""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "config" / "reference"
LANGUAGES: Final = ("en", "fr", "es", "ar", "ru", "zh")
MLA, EXT, TSP, SEA = "UNTOC-18-MLA", "UNTOC-16-EXT", "UNTOC-17-TSP", "SOM-8-SEA"
INVENTED: Final = [f"Q{letter}" for letter in "MNOPQRSTUVWXYZ"]

Row = dict[str, Any]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def network() -> Row:
    return json.loads((FOLDER / "demo_network.json").read_text("utf-8"))


@cache
def threads() -> Row:
    return json.loads((FOLDER / "demo_threads.json").read_text("utf-8"))


def states() -> list[Row]:
    return network()["states"]


def authorities() -> dict[str | None, Row]:
    return {authority["key"]: authority for authority in network()["authorities"]}


def members() -> dict[str, Row]:
    return {member["key"]: member for member in network()["members"]}


def in_force(authority: Row) -> list[Row]:
    return [d for d in authority["designations"] if d["until"] is None]


def offices(state: str, function: str) -> list[str]:
    """The keys of the authorities of a State designated for a function today."""
    return [
        authority["key"]
        for authority in authorities().values()
        if authority["state"] == state
        and any(d["function"] == function for d in in_force(authority))
    ]


def texts(value: Any) -> Iterator[str]:
    """Every piece of text, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
