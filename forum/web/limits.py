"""How often a member does what costs the site or others something (security.md T4), and how often a
stranger sends anything at all.

Counted by flask-limiter in a moving window, in Redis where the site has one; while Redis is away,
each process counts for itself. Wrong passwords and codes are counted by `forum.core.throttle`.
"""

from typing import Final

from flask import Flask, request
from flask_limiter import Limiter

from forum.core import attempts, throttle
from forum.core.settings import Settings
from forum.web.access import current_actor


def _whose() -> str:
    actor = current_actor()
    if actor.id is not None:
        return f"member:{actor.id}"
    return f"address:{throttle.network(request.remote_addr or '')}"


limiter: Final = Limiter(
    _whose, strategy="moving-window", headers_enabled=False, default_limits=[], key_prefix="forum"
)

#: What applicants send, by client address; an office shares one.
APPLYING: Final = limiter.shared_limit("120 per hour", "applying", methods=["POST"])
#: What anybody sends to prove who they are, by client address. Far more than an office needs that
#: shares one, for it stands before what lets a known browser pass (security.md T2).
PROVING: Final = limiter.shared_limit("120 per minute", "proving", methods=["POST"])
#: What anybody presses that costs next to nothing.
PRESSING: Final = limiter.shared_limit("120 per minute", "pressing", methods=["POST"])
POSTS: Final = limiter.shared_limit("10 per minute", "posts")
PREVIEWS: Final = limiter.shared_limit("60 per minute", "previews")
RECOVERIES: Final = limiter.shared_limit("30 per hour", "recoveries")
#: Each wish to be erased is told to all moderators.
ERASURES: Final = limiter.shared_limit("5 per day", "erasures", methods=["POST"])
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


def install(app: Flask, settings: Settings) -> None:
    """Count in Redis if there is one, else in this process."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.redis_url or "memory://"
    if settings.redis_url:
        app.config["RATELIMIT_STORAGE_OPTIONS"] = {
            "socket_connect_timeout": attempts.PATIENCE,
            "socket_timeout": attempts.PATIENCE,
        }
        app.config["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"] = True
    limiter.init_app(app)
