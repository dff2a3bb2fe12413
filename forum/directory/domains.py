"""How a mailbox compares with those that the directory knows of an authority. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from forum.core.mailbox import mailbox_key

#: Services that give a mailbox to anybody; their address says nothing about an office.
_FREE_MAIL: Final = frozenset(
    """
    aol.com freemail.example fastmail.com gmail.com googlemail.com gmx.com gmx.de gmx.net
    hotmail.com hotmail.fr icloud.com laposte.net libero.it live.com mail.com mail.ru me.com
    msn.com naver.com outlook.com outlook.fr proton.me protonmail.com qq.com rediffmail.com
    tutanota.com web.de yahoo.com yahoo.co.uk yahoo.es yahoo.fr yandex.com yandex.ru ymail.com
    126.com 163.com
    """.split()  # noqa: SIM905 - a list of quoted words would be longer
)


class DomainMatch(StrEnum):
    """How somebody's mailbox compares with those of the directory entry."""

    SAME = "same"
    #: Below a domain of the entry.
    SUBDOMAIN = "subdomain"
    DIFFERS = "differs"
    #: No entry, or an entry without a mailbox.
    NOTHING_TO_COMPARE = "nothing_to_compare"


def domain_of(address: str) -> str:
    """The domain of an address, as domains are compared."""
    return mailbox_key(address).rpartition("@")[2].rstrip(".")


def compare_domains(address: str, directory: Iterable[str]) -> DomainMatch:
    """How the domain of `address` compares with those of the entry's mailboxes."""
    given = domain_of(address)
    known = {found for mailbox in directory if (found := domain_of(mailbox))}
    if not known:
        return DomainMatch.NOTHING_TO_COMPARE
    if given in known:
        return DomainMatch.SAME
    if any(given.endswith("." + domain) for domain in known - _FREE_MAIL):
        return DomainMatch.SUBDOMAIN
    return DomainMatch.DIFFERS


def is_free_mail(address: str) -> bool:
    """Whether the mailbox is of a service that gives one to anybody."""
    return domain_of(address) in _FREE_MAIL
