"""Where templates, static files, migrations and settings are, in a checkout and in a wheel."""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_INSTALLED: Final = _PACKAGE / "_data"

#: The folder that holds templates/, static/, migrations/ and config/.
#: A wheel carries them inside the package; a checkout keeps them beside it.
DATA: Final = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent

TEMPLATES: Final = DATA / "templates"
STATIC: Final = DATA / "static"
MIGRATIONS: Final = DATA / "migrations"
CONFIG: Final = DATA / "config"
REFERENCE: Final = CONFIG / "reference"


def private_folder(path: Path) -> Path:
    """The folder, made if there is none, for its owner's eyes only."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
