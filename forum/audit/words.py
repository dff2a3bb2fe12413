"""How a break of the chain is said, after "entry 977: "."""

from typing import Final

from flask_babel import lazy_gettext

from forum.audit.models import Break

BREAKS: Final = {
    Break.CHANGED: lazy_gettext("it was changed"),
    Break.MISSING: lazy_gettext("it is missing"),
    Break.INSERTED: lazy_gettext("it was put in later"),
    Break.MOVED: lazy_gettext("it does not follow the entry before it"),
    Break.NAME_CHANGED: lazy_gettext("its name or address was changed"),
    Break.END_MISSING: lazy_gettext("what marks the end of the log is missing"),
    Break.END_CHANGED: lazy_gettext("what marks the end of the log was changed"),
    Break.CUT: lazy_gettext("from here on entries are missing at the end"),
    Break.FILE_DIFFERS: lazy_gettext("it is another one than the file of checkpoints has"),
    Break.FILE_CHANGED: lazy_gettext("its line in the file of checkpoints was changed"),
    Break.FILE_CUT: lazy_gettext("its line in the file of checkpoints is missing"),
}
