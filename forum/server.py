"""The web server: gunicorn, set up for this site."""

import os
from typing import Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.util import import_app

from forum.core.logs import JsonLines
from forum.core.settings import Settings

_FACTORY: Final = "forum.app:create_app()"
_THREADS: Final = 8


def serve(settings: Settings, host: str, port: int, workers: int | None = None) -> None:
    """Serve until told to end."""
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    _Server({"bind": address, "workers": processes(settings, workers)} | _options()).run()


def processes(settings: Settings, wanted: int | None) -> int:
    """How many processes serve: SQLite has one writer, and without Redis each would count how
    often a member does something for itself."""
    if settings.sqlalchemy_url.startswith("sqlite"):
        return 1
    return wanted or (2 * (os.cpu_count() or 1) if settings.redis_url else 1)


def _options() -> dict[str, Any]:
    return {
        "worker_class": "gthread",
        "threads": _THREADS,
        "timeout": 60,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "logger_class": _Log,
        "control_socket_disable": True,
        # Who is behind a proxy is for ProxyFix to say, by the number of hops in the settings.
        "forwarded_allow_ips": "",
    }


class _Log(Logger):  # type: ignore[misc]  # gunicorn has no types
    """What the server itself has to say, as lines of JSON like everything else (security.md K3)."""

    def setup(self, cfg: Config) -> None:
        """Write to standard error."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Takes its options from here; no file, variable or command line has a say."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand the options over."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The site."""
        return import_app(_FACTORY)
