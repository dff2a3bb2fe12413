"""What can go wrong in the domain. `forum.web.errors` turns each into a page."""


class DomainError(Exception):
    """A rule of the domain was not met."""


class NotFound(DomainError):
    """It does not exist, or the actor may not know that it does."""


class Forbidden(DomainError):
    """The actor may know of it, but not do this with it."""


class ReadingOnly(Forbidden):
    """The actor could do this, but is restricted to reading for a while."""


class Conflict(DomainError):
    """Somebody else was faster, or it is already done. The text says what and what now."""


class Invalid(DomainError):
    """What was typed in one field cannot be taken; `message` is for the person who typed it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class TooMany(DomainError):
    """Too many attempts; `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
