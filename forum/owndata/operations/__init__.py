"""Making copies of members' data, and erasing members."""

from forum.owndata.operations.exporting import (
    ask_export,
    delete_old_exports,
    download,
    make_exports,
    reseal_exports,
)

__all__ = [
    "ask_export",
    "delete_old_exports",
    "download",
    "make_exports",
    "reseal_exports",
]
