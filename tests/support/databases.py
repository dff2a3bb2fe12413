"""A database for each test: copied from one that was migrated and filled once."""

import itertools
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.support import postgres
from tests.support.snapshots import Marks, Snapshot


class Databases(Protocol):
    """Where tests get their databases from; the names are addresses for FORUM_DATABASE_URL."""

    def empty(self) -> str:
        """A new database without a table, which becomes the template."""
        ...

    def another(self, name: str) -> str:
        """A second template, which begins as the first; nobody uses it while it is copied."""
        ...

    @contextmanager
    def copy(self, folder: Path, template: str = "template") -> Iterator[str]:
        """A copy of a template, gone at the end."""
        ...


class SqliteDatabases:
    """Files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def empty(self) -> str:
        return f"sqlite:///{self.folder / 'template.db'}"

    def another(self, name: str) -> str:
        shutil.copyfile(self.folder / "template.db", self.folder / f"{name}.db")
        return f"sqlite:///{self.folder / f'{name}.db'}"

    @contextmanager
    def copy(self, folder: Path, template: str = "template") -> Iterator[str]:
        path = folder / "forum.db"
        shutil.copyfile(self.folder / f"{template}.db", path)
        yield f"sqlite:///{path}"


class PostgresDatabases:
    """Databases of one cluster, which lives as long as the process that tests.

    A copy whose test is over is brought back to what it held and serves the next one.
    """

    def __init__(self, cluster: postgres.Postgres) -> None:
        self.cluster = cluster
        self.numbers = itertools.count(1)
        self.free: dict[str, list[str]] = defaultdict(list)
        self.snapshots: dict[str, Snapshot] = {}
        self.marks: dict[str, Marks] = {}

    def empty(self) -> str:
        self.cluster.create("template")
        return self.cluster.url("template")

    def another(self, name: str) -> str:
        self.cluster.create(name, template="template")
        return self.cluster.url(name)

    @contextmanager
    def copy(self, folder: Path, template: str = "template") -> Iterator[str]:
        name = self.free[template].pop() if self.free[template] else self._made(template)
        try:
            yield self.cluster.url(name)
        finally:
            with self.cluster.connect(name) as connection:
                marks = self.snapshots[template].restore(connection, self.marks[name])
            if marks is not None:
                self.marks[name] = marks
                self.free[template].append(name)
            else:
                self.cluster.drop(name)

    def _made(self, template: str) -> str:
        name = f"test_{next(self.numbers)}"
        self.cluster.create(name, template=template)
        if template not in self.snapshots:
            with self.cluster.connect(name) as connection:
                self.snapshots[template] = Snapshot.of(connection)
        self.marks[name] = self.snapshots[template].marks
        return name


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Databases]:
    """Those of FORUM_TEST_DATABASE: sqlite or postgresql."""
    if kind == "sqlite":
        yield SqliteDatabases(folder)
    elif kind == "postgresql":
        with postgres.running() as cluster:
            yield PostgresDatabases(cluster)
    else:
        raise RuntimeError(f"FORUM_TEST_DATABASE is sqlite or postgresql, not {kind}.")
