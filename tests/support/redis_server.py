"""A real Redis for the tests: a server of its own, without a file, gone afterwards.

A machine without Redis fails the tests with a sentence; they are never skipped.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import redis

MISSING = (
    "redis-server was not found in PATH: install the package redis-server "
    "(`apt-get install redis-server`), which needs root."
)


@dataclass
class Server:
    """A running server; `stop` it to see what happens without it."""

    url: str
    process: "subprocess.Popen[bytes]"

    def stop(self) -> None:
        """End it; what it held is gone."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """A port that nobody listens at now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """Start a server; stop it at the end."""
    program = shutil.which("redis-server")
    if program is None:
        raise RuntimeError(MISSING)
    port = free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        cwd="/",
        stdout=subprocess.DEVNULL,
    )
    server = Server(f"redis://127.0.0.1:{port}/0", process)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        server.stop()


def _wait_until_ready(server: Server) -> None:
    with redis.Redis.from_url(server.url) as client:
        for _ in range(200):
            if server.process.poll() is not None:
                break
            try:
                client.ping()
            except redis.ConnectionError:
                time.sleep(0.05)
            else:
                return
    raise RuntimeError("Redis did not start.")
