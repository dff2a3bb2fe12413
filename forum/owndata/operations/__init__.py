"""Making copies of members' data, and erasing members."""

from forum.owndata.operations.erasing import (
    approve_erasure,
    ask_erasure,
    forget_last_mails,
    refuse_erasure,
    withdraw_erasure,
)
from forum.owndata.operations.exporting import (
    ask_export,
    delete_old_exports,
    download,
    make_exports,
    reseal_exports,
)

__all__ = [
    "approve_erasure",
    "ask_erasure",
    "ask_export",
    "delete_old_exports",
    "download",
    "forget_last_mails",
    "make_exports",
    "refuse_erasure",
    "reseal_exports",
    "withdraw_erasure",
]
