"""Several people do something at the same moment."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from flask import Flask

from forum.core.errors import DomainError

A = TypeVar("A")


def at_once(app: Flask, act: Callable[[A], object], actors: Sequence[A]) -> list[DomainError]:
    """Let each act in a thread and a context of its own, all together; what they were refused."""
    ready, refused = threading.Barrier(len(actors)), []

    def run(actor: A) -> None:
        with app.app_context():
            ready.wait()
            try:
                act(actor)
            except DomainError as error:
                refused.append(error)

    threads = [threading.Thread(target=run, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused
