"""A real PostgreSQL for the tests: its own cluster, on a socket, gone afterwards.

PostgreSQL refuses to run as root, so for root the cluster belongs to the system
user `postgres` (or `nobody`). A machine without PostgreSQL fails the tests with
a sentence; they are never skipped.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

OWNER = "counterpart"
#: Socket paths may not exceed about 100 bytes, so the folder is not pytest's own.
SHORT_FOLDER = "/tmp"  # noqa: S108
MISSING = (
    "PostgreSQL's server programs were not found in PATH or in /usr/lib/postgresql/*/bin: "
    "install the package postgresql (`apt-get install postgresql`), which needs root."
)
#: Nothing here outlives the tests, so nothing need reach the disk.
IN_A_HURRY = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "max_connections=100",
    "shared_buffers=64MB",
    "listen_addresses=",
]


class Postgres:
    """A running cluster, and databases on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.folder}"

    def create(self, database: str, template: str = "template0") -> None:
        """Make a database; a copy takes some 100 ms and needs a template nobody is using."""
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(template)
            )
        )

    def drop(self, database: str) -> None:
        self._run(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        )

    def _run(self, statement: sql.Composed) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def connect(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """As the owner, who may do everything."""
        return psycopg.connect(host=str(self.folder), user=OWNER, dbname=database, autocommit=True)

    def wait_until_ready(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        for _ in range(300):
            if process.poll() is not None:
                break
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _program(name: str) -> str:
    """The newest installed `name`, else the one in PATH."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"),
        key=lambda path: float(path.parents[1].name),
    )
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise RuntimeError(MISSING)
    return found


def _unprivileged() -> pwd.struct_passwd | None:
    """Who shall own the cluster, if not the one who runs the tests."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses root, and there is no user postgres or nobody.")


_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _die_with_us() -> None:
    """Have the kernel stop the server if the process that tests is killed."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


@contextmanager
def running() -> Iterator[Postgres]:
    """Start a cluster in a new folder; stop and remove it at the end."""
    initdb, server = _program("initdb"), _program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="forum-pg-", dir=SHORT_FOLDER))
    owner = _unprivileged()
    uid, gid = (owner.pw_uid, owner.pw_gid) if owner else (os.geteuid(), os.getegid())
    groups: list[int] | None = [] if owner else None
    environment = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"}
    data, log = folder / "data", folder / "log"
    os.chown(folder, uid, gid)
    try:
        made = subprocess.run(
            [
                initdb,
                "-D",
                data,
                "-U",
                OWNER,
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-A",
                "trust",
                "-N",
            ],
            user=uid,
            group=gid,
            extra_groups=groups,
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise RuntimeError(f"PostgreSQL's initdb failed:\n{made.stderr}")
        options = [part for option in IN_A_HURRY for part in ("-c", option)]
        with (
            log.open("wb") as written,
            subprocess.Popen(
                [server, "-D", data, "-k", folder, *options],
                user=uid,
                group=gid,
                extra_groups=groups,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
                preexec_fn=_die_with_us,
            ) as process,
        ):
            try:
                postgres = Postgres(folder)
                postgres.wait_until_ready(process, log)
                yield postgres
            finally:
                process.send_signal(signal.SIGINT)  # end connections and stop at once
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
