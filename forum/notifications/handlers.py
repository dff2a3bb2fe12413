"""Reactions to what lower features announce."""


def subscribe_all() -> None:
    """Listen; doing it twice changes nothing."""
