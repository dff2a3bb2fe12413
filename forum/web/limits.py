"""How often a member does what costs the site or others something (security.md T4), and how often a
stranger sends anything at all.

Counted by flask-limiter in a moving window, in Redis where the site has one; while Redis is away,
each process counts for itself. Wrong passwords and codes are counted by `forum.core.throttle`.
"""

from collections.abc import Callable
from typing import Final

from flask import Flask, current_app, request
from flask_limiter import Limiter

from forum.core import attempts, throttle
from forum.core.secrets import digest
from forum.core.settings import Settings
from forum.web.access import current_actor

#: Where the factory's function lies that names a browser in which a member signed in before.
_KNOWN: Final = "known_browser"


def _whose() -> str:
    """A member, a known browser, or a network: whoever uses up what strangers behind an address may
    send keeps nobody behind it out who was here before (security.md T2)."""
    actor = current_actor()
    if actor.id is not None:
        return f"member:{actor.id}"
    known = _known_browser()
    if known is not None:
        return f"browser:{digest(known)}"
    return f"address:{throttle.network(request.remote_addr or '')}"


def _known_browser() -> str | None:
    find: Callable[[], str | None] = current_app.extensions[_KNOWN]
    return find()


limiter: Final = Limiter(
    _whose, strategy="moving-window", headers_enabled=False, default_limits=[], key_prefix="forum"
)

#: What applicants send, by client address; an office shares one.
APPLYING: Final = limiter.shared_limit("120 per hour", "applying", methods=["POST"])
#: What anybody sends to prove who they are: far more than an office behind one address needs.
PROVING: Final = limiter.shared_limit("120 per minute", "proving", methods=["POST"])
#: What anybody presses that costs next to nothing.
PRESSING: Final = limiter.shared_limit("120 per minute", "pressing", methods=["POST"])
POSTS: Final = limiter.shared_limit("10 per minute", "posts")
PREVIEWS: Final = limiter.shared_limit("60 per minute", "previews")
RECOVERIES: Final = limiter.shared_limit("30 per hour", "recoveries")
#: Each wish to be erased is told to all moderators.
ERASURES: Final = limiter.shared_limit("5 per day", "erasures", methods=["POST"])
#: Each announcement, and each second thought, is told to whoever answers for the authority.
LEAVING: Final = limiter.shared_limit("20 per day", "leaving", methods=["POST"])
#: Whatever leaves the site as a file made of many rows.
EXPORTS: Final = limiter.shared_limit("5 per hour", "exports", methods=["POST"])
#: Each writes to a mailbox that may be a stranger's.
MAILBOX_CHANGES: Final = limiter.shared_limit("5 per day", "mailbox changes")
MAILBOX_RENEWALS: Final = limiter.shared_limit("5 per hour", "mailbox renewals")
#: What lies behind mailed links, pressed without signing in.
MAILBOX_LINKS: Final = limiter.shared_limit("120 per hour", "mailbox links", methods=["POST"])
#: Challenges for passkeys and answers to them, by client address; an office shares one.
PASSKEYS: Final = limiter.shared_limit("600 per hour", "passkeys", methods=["POST"])
ENTRIES: Final = limiter.shared_limit("300 per hour", "entries")


def install(app: Flask, settings: Settings, known_browser: Callable[[], str | None]) -> None:
    """Count in Redis if there is one, else in this process."""
    app.extensions[_KNOWN] = known_browser
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    if settings.redis_url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_connect_timeout": attempts.PATIENCE,
            "socket_timeout": attempts.PATIENCE,
        }
        app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)
