"""The steps of a case.

`asking` begins it, `saying` is what the member adds to it, `confirming` the colleague's word,
`deciding` what moderators do, `waiting` what time does, `stopping` ends it without a new factor,
`finishing` with one. `moving` holds what all steps share.
"""

from forum.recovery.operations.asking import answer_requests, ask, begin
from forum.recovery.operations.confirming import confirm
from forum.recovery.operations.deciding import LACKS, approve, decline, lacks, record_call_back
from forum.recovery.operations.finishing import (
    asks_new_password,
    begin_new_factor,
    finish_new_factor,
    is_ready,
    mail_link_again,
)
from forum.recovery.operations.saying import say_password
from forum.recovery.operations.stopping import (
    stop_as_colleague,
    stop_by_mail,
    stop_from_page,
    stop_own,
    stop_without_standing,
)
from forum.recovery.operations.waiting import expire_old, go_on

__all__ = [
    "LACKS",
    "answer_requests",
    "approve",
    "ask",
    "asks_new_password",
    "begin",
    "begin_new_factor",
    "confirm",
    "decline",
    "expire_old",
    "finish_new_factor",
    "go_on",
    "is_ready",
    "lacks",
    "mail_link_again",
    "record_call_back",
    "say_password",
    "stop_as_colleague",
    "stop_by_mail",
    "stop_from_page",
    "stop_own",
    "stop_without_standing",
]
