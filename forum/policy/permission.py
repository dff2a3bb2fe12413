"""What can be permitted, `thing:act`, in the order of the alphabet."""

from enum import StrEnum


class Permission(StrEnum):
    """An act on a kind of thing."""

    ACCOUNT_USE = "account:use"
    ANSWER_ACCEPT = "answer:accept"
    APPLICATION_DECIDE = "application:decide"
    APPLICATION_READ = "application:read"
    BOARD_READ = "board:read"
    DESK_READ = "desk:read"
    ENTRY_READ = "entry:read"
    MEMBER_NOMINATE = "member:nominate"
    MEMBER_READ = "member:read"
    MEMBER_VOUCH = "member:vouch"
    POST_CHANGE = "post:change"
    POST_READ = "post:read"
    POST_WITHDRAW = "post:withdraw"
    THREAD_OPEN = "thread:open"
    THREAD_READ = "thread:read"
    THREAD_REPLY = "thread:reply"
    THREAD_SEE = "thread:see"
