"""`forum serve`: the site in processes of its own."""

import http.client
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from forum.core.settings import Settings
from forum.server import processes as number_of_processes
from tests.support import processes
from tests.support.smtp import free_port


@pytest.fixture
def port(settings: Settings) -> Iterator[int]:
    """Where a running site answers."""
    found = free_port()
    running = processes.start(settings, "serve", "--port", str(found))
    try:
        _wait_for(found, running)
        yield found
    finally:
        running.send_signal(signal.SIGTERM)
        _, said = running.communicate(timeout=30)
    assert running.returncode == 0, said


def _wait_for(port: int, running: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert running.poll() is None, running.communicate()
        try:
            _get(port, "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("it did not answer within 30 seconds")


def _get(port: int, path: str, **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(
            "GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def test_it_serves_pages_until_it_is_told_to_end(port: int) -> None:
    response, body = _get(port, "/")

    assert response.status == 200
    assert b"The right office" in body
    assert response.headers["Server"] == "gunicorn"


def test_nobody_says_through_a_header_that_the_connection_is_another(port: int) -> None:
    plain, _ = _get(port, "/boards")
    forged, _ = _get(port, "/boards", X_Forwarded_Proto="https", X_Forwarded_Host="evil.example")

    assert forged.status == plain.status == 303
    assert forged.headers["Location"] == plain.headers["Location"] == "/sign-in?next=/boards"


def test_sqlite_is_served_by_one_process_and_others_by_as_many_as_share_their_counters(
    settings: Settings,
) -> None:
    sqlite = replace(settings, database_url="")
    alone = replace(settings, database_url="postgresql://forum@/forum")
    shared = replace(alone, redis_url="redis://localhost")

    assert number_of_processes(sqlite, 8) == 1
    assert number_of_processes(alone, None) == 1
    assert number_of_processes(alone, 3) == 3
    assert number_of_processes(shared, None) >= 2
