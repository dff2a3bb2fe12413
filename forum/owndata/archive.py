"""Putting a copy of somebody's data into a zip. Pure."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Final

#: Made of numbers and our own words alone, so that no name leads out of the folder it is unpacked in.
_SAFE: Final = re.compile(r"(?:[a-z0-9-]+/)?[a-z0-9-]+\.(?:json|md|txt)")
_FOR_OWNER_ONLY: Final = 0o600 << 16


def packed(files: Mapping[str, str], at: datetime) -> bytes:
    """A zip of these texts, by name. Raises ValueError for a name that is not ours."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if not _SAFE.fullmatch(name):
                raise ValueError(f"no name for a file of an export: {name!r}")
            entry = zipfile.ZipInfo(name, at.timetuple()[:6])
            entry.external_attr = _FOR_OWNER_ONLY
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8", "replace"))
    return whole.getvalue()


def as_json(held: object) -> str:
    """The facts, to be read by people and programs; times as ISO 8601 in UTC."""
    return json.dumps(held, ensure_ascii=False, indent=2, default=_plain) + "\n"


def as_markdown(facts: Mapping[str, object], text: str) -> str:
    """A text with its facts in front, each on a line that YAML and JSON read alike."""
    lines = [
        f"{name}: {json.dumps(value, ensure_ascii=False, default=_plain)}"
        for name, value in facts.items()
        if value is not None
    ]
    return "\n".join(["---", *lines, "---", "", text.rstrip("\n"), ""])


def _plain(value: object) -> str:
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if callable(isoformat) else str(value)
