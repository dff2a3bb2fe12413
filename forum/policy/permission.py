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
    FOCAL_POINT_CONFIRM = "focal_point:confirm"
    FOCAL_POINT_READ = "focal_point:read"
    FOCAL_POINT_REGISTER = "focal_point:register"
    MEMBER_LIMIT = "member:limit"
    MEMBER_NOMINATE = "member:nominate"
    MEMBER_OBJECT = "member:object"
    MEMBER_READ = "member:read"
    MEMBER_REVIEW = "member:review"
    MEMBER_VOUCH = "member:vouch"
    OBJECTION_READ = "objection:read"
    OBJECTION_SETTLE = "objection:settle"
    POST_CHANGE = "post:change"
    POST_READ = "post:read"
    POST_WITHDRAW = "post:withdraw"
    REPRESENTATION_END = "representation:end"
    THREAD_OPEN = "thread:open"
    THREAD_READ = "thread:read"
    THREAD_REPLY = "thread:reply"
    THREAD_SEE = "thread:see"
