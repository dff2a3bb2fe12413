"""How functions, instruments, languages and a State's standing to an instrument are said."""

from datetime import date
from typing import Final

from babel import Locale
from flask_babel import format_date, get_locale, gettext, lazy_gettext

from forum.reference.models import Function, Party

#: For chips and lists; other functions say their title and article.
_LABELS: Final = {
    "UNTOC-18-MLA": lazy_gettext("MLA · art. 18"),
    "UNTOC-16-EXT": lazy_gettext("Extradition · art. 16"),
    "UNTOC-17-TSP": lazy_gettext("Transfer · art. 17"),
    "SOM-8-SEA": lazy_gettext("Smuggling by sea · Protocol, art. 8"),
}

_NAMES: Final = {
    "UNTOC-18-MLA": lazy_gettext("Mutual legal assistance"),
    "UNTOC-16-EXT": lazy_gettext("Extradition"),
    "UNTOC-17-TSP": lazy_gettext("Transfer of sentenced persons"),
    "SOM-8-SEA": lazy_gettext("Smuggling of migrants by sea"),
}

_INSTRUMENTS: Final = {
    "UNTOC": lazy_gettext("Organized Crime Convention"),
    "TIP": lazy_gettext("Trafficking in Persons Protocol"),
    "SOM": lazy_gettext("Smuggling of Migrants Protocol"),
    "FIREARMS": lazy_gettext("Firearms Protocol"),
    "UNCAC": lazy_gettext("Convention against Corruption"),
    "1988": lazy_gettext("1988 Drug Convention"),
}


def function_label(function: Function) -> str:
    """A function in few words, with its article: "Extradition · art. 16"."""
    known = _LABELS.get(function.code)
    if known is not None:
        return str(known)
    instrument = instrument_name(function.instrument_code)
    label = f"{function_name(function)} · {instrument}"
    if function.article.strip("-"):
        label += ", " + str(gettext("art. %(article)s", article=function.article))
    return label


def function_name(function: Function) -> str:
    """What a function is for: "Mutual legal assistance"."""
    known = _NAMES.get(function.code)
    return function.title.partition(":")[0] if known is None else str(known)


def article_words(function: Function) -> str:
    """The article of a function as one says it: "article 17", "article 8 of the … Protocol"."""
    article = function.article.partition("(")[0]
    if function.instrument_code == "UNTOC":
        return str(gettext("article %(article)s", article=article))
    instrument = instrument_name(function.instrument_code)
    if not article.strip("-"):
        return instrument
    facts = {"article": article, "instrument": instrument}
    return str(gettext("article %(article)s of the %(instrument)s", **facts))


def instrument_name(code: str, title: str = "") -> str:
    """An instrument by its short name, else its title, else its code."""
    known = _INSTRUMENTS.get(code)
    return (title or code) if known is None else str(known)


def language_name(code: str) -> str:
    """A language by its name, in the language of the page."""
    locale = get_locale() or Locale("en")
    return str(locale.languages.get(code, code))


def standing_words(party: Party | None) -> str:
    """What is known of a State's being bound: an absent date is not a refusal, nor is silence."""
    if party is None:
        return str(gettext("Not known to be a party"))
    if party.deposited_on is not None:
        facts = {"act": _act(party), "day": _day(party.deposited_on)}
        return str(gettext("Party: %(act)s deposited %(day)s", **facts))
    if party.signed_on is not None and not party.act:
        day = _day(party.signed_on)
        return str(gettext("Signed %(day)s; deposit: date not known", day=day))
    return str(gettext("Party: date not known"))


def _day(on: date) -> str:
    return str(format_date(on, "d MMM y", rebase=False))


def _act(party: Party) -> str:
    words = {
        "ratification": gettext("ratification"),
        "accession": gettext("accession"),
        "succession": gettext("succession"),
        "acceptance": gettext("acceptance"),
        "approval": gettext("approval"),
        "formal confirmation": gettext("formal confirmation"),
    }
    return str(words.get(party.act, party.act or gettext("instrument")))
