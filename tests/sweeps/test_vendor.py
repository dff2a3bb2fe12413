"""What comes from others is exactly what they published."""

import hashlib
import tomllib
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
RECORD = tomllib.loads((VENDOR / "vendor.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", RECORD)
def test_a_vendored_folder_holds_what_its_record_says_and_nothing_else(name: str) -> None:
    recorded = RECORD[name]["sha256"]

    found = {
        path.relative_to(VENDOR / name).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (VENDOR / name).rglob("*")
        if path.is_file()
    }

    assert found == recorded


def test_every_vendored_folder_has_a_record_with_licence_and_archive() -> None:
    folders = {path.name for path in VENDOR.iterdir() if path.is_dir()}

    assert folders == set(RECORD)
    for name, entry in RECORD.items():
        assert entry["archive"].startswith("sha512-"), name
        assert entry["licence"], name
        assert "LICENSE" in entry["sha256"], name
