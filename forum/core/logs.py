"""The log of the process: JSON, one line each. Numbers, not people: see style.md of the project.

`json.dumps` escapes control characters, so that nobody can forge a line.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Final

from forum.core.settings import Environment, Settings

_EXTRA: Final = ("reference", "job", "count", "mail", "reason")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; of an exception its kind and where it was raised, never its text."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "what": record.getMessage(),
        }
        line |= {name: record.__dict__[name] for name in _EXTRA if name in record.__dict__}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=True)


def install(settings: Settings) -> None:
    """Write what this package logs to standard error."""
    logger = logging.getLogger("forum")
    logger.setLevel(logging.INFO)
    if settings.env is Environment.TESTING:
        return
    if not any(isinstance(handler.formatter, JsonLines) for handler in logger.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)
        logger.propagate = False
