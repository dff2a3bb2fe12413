"""Addresses of mailboxes, as programs compare and mail them. Pure."""

import idna


def in_ascii(address: str) -> str:
    """The address with its domain as the name system knows it (IDNA 2008, UTS 46).

    Raises ValueError if no domain can be written like this.
    """
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    return local + at + idna.encode(domain, uts46=True).decode("ascii")


def mailbox_key(address: str) -> str:
    """The form in which two addresses are compared: the same mailbox, the same key."""
    typed = address.strip()
    try:
        return in_ascii(typed).casefold()
    except ValueError:
        return typed.casefold()
