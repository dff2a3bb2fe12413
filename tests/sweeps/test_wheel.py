"""The wheel is whole: what the tree holds is in it, and it runs by itself, from anywhere."""

import os
import re
import secrets
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.support.smtp import free_port

ROOT = Path(__file__).resolve().parents[2]
HOST = "forum.example.org"
#: Where each folder of the tree is found in the wheel.
FOLDERS = {
    "forum": "forum",
    "templates": "forum/_data/templates",
    "static": "forum/_data/static",
    "migrations": "forum/_data/migrations",
    "config/reference": "forum/_data/config/reference",
}
SETTINGS = {"config/default.toml", "config/development.toml", "config/production.example.toml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def files_of(folder: str) -> set[str]:
    """What the tree holds there; what Python leaves behind is not counted."""
    top = ROOT / folder
    return {
        path.relative_to(top).as_posix()
        for path in top.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_what_the_tree_holds_and_nothing_else(wheel: Path) -> None:
    expected = {f"{place}/{name}" for folder, place in FOLDERS.items() for name in files_of(folder)}
    expected |= {f"forum/_data/{name}" for name in SETTINGS}

    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert found == expected


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; what it depends on is lent by the one that tests."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next((folder / "lib").glob("python3*/site-packages"))
    # A folder that is named here is searched, but its own .pth files are not read: the
    # editable install of the checkout stays out of sight.
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    subprocess.run(
        [folder / "bin" / "python", "-m", "installer", wheel],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


def environment(folder: Path) -> dict[str, str]:
    """A production site in `folder`, and nothing that points to the checkout."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "FORUM_ENV": "production",
        "FORUM_BASE_URL": f"https://{HOST}",
        "FORUM_SECRET_KEY": secrets.token_urlsafe(48),
        "FORUM_AUDIT_KEY": secrets.token_urlsafe(48),
        "FORUM_FIELD_KEYS": Fernet.generate_key().decode(),
        "FORUM_DATA_DIR": str(folder / "var"),
    }


def test_the_wheel_is_what_runs_and_finds_its_data(installed: Path, tmp_path: Path) -> None:
    answer = subprocess.run(
        [installed / "bin" / "python", "-c", "from forum.core import paths; print(paths.DATA)"],
        cwd=tmp_path,
        env=environment(tmp_path),
        check=True,
        capture_output=True,
        text=True,
    )

    assert Path(answer.stdout.strip()).is_relative_to(installed.resolve())


@contextmanager
def served(installed: Path, folder: Path) -> Iterator[str]:
    forum, port = installed / "bin" / "forum", free_port()
    variables = environment(folder)
    subprocess.run([forum, "init"], cwd=folder, env=variables, check=True, capture_output=True)
    log = folder / "log"
    with (
        log.open("wb") as written,
        subprocess.Popen(
            [forum, "serve", "--port", str(port)],
            cwd=folder,
            env=variables,
            stdout=written,
            stderr=written,
        ) as process,
    ):
        try:
            origin = f"http://127.0.0.1:{port}"
            for _ in range(100):
                assert process.poll() is None, log.read_text()
                try:
                    get(origin, "/healthz")
                    break
                except urllib.error.URLError:
                    time.sleep(0.1)
            yield origin
        finally:
            process.terminate()


def get(origin: str, path: str) -> str:
    request = urllib.request.Request(origin + path, headers={"Host": HOST})  # noqa: S310
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        assert answer.status == 200
        body: bytes = answer.read()
        return body.decode()


def test_an_installed_wheel_serves_pages_and_static_files_from_anywhere(
    installed: Path, tmp_path: Path
) -> None:
    with served(installed, tmp_path) as origin:
        page = get(origin, "/sign-in")
        stylesheets = re.findall(r'href="(/static/[^"]+\.css)"', page)

        assert 'name="csrf_token"' in page
        assert len(stylesheets) >= 2
        assert all(get(origin, path) for path in stylesheets)
