"""Posts from Markdown to HTML: the one place that renders, cleans and makes Markup.

Text is rendered once, when it is written, and stored beside its source with RENDERER. Three locks,
none trusting the one before: raw HTML is off and links are judged while rendering; bleach keeps an
allow-list; nh3 keeps it again with another parser, because bleach will get no more fixes. A fourth
is the content security policy. bleach may be imported here only.

Hostile text is held down by structure, not by a clock: nesting and table cells are capped
(`forum.core.markdown`), and what exceeds a cap shows as it was typed.
"""

import re
from typing import Final

import nh3
from bleach.sanitizer import Cleaner
from markupsafe import Markup

from forum.core import markdown

#: Rises whenever the same source would give other HTML; stored posts are then rendered again.
RENDERER: Final[int] = 1

_SCHEMES: Final = {"http", "https", "mailto"}
_TAGS: Final = (
    {"blockquote", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
    | {"a", "br", "code", "del", "em", "strong"}
)
_BLOCKS: Final = _TAGS - {"a", "br", "code", "del", "em", "hr", "strong", "tbody", "thead", "tr"}
#: Tag and attribute, to what its value must be.
_VALUES: Final = {
    ("a", "href"): markdown.HREF,
    ("a", "title"): re.compile(r".*", re.DOTALL),
    ("ol", "start"): re.compile(r"[0-9]{1,9}"),
    ("code", "class"): re.compile(r"language-[A-Za-z0-9_+#.-]{1,40}"),
    **{(block, "dir"): re.compile(r"auto|ltr|rtl") for block in _BLOCKS},
}
_ATTRIBUTES: Final = {tag: {name for t, name in _VALUES if t == tag} for tag, _ in _VALUES}
_REL: Final = "noopener noreferrer nofollow"

#: Unseen characters that a form refuses; an entity such as `&#8238;` would bring them back.
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def render(source: str) -> str:
    """The HTML that is stored for a post. Takes any text; leaves out what is not allowed."""
    html = markdown.to_html(_SURROGATE.sub("\ufffd", source))
    # A new Cleaner each time: a shared one mixes up texts between threads.
    once = Cleaner(
        tags=_TAGS, attributes=_is_allowed, protocols=_SCHEMES, strip=True, strip_comments=True
    ).clean(html)
    twice = nh3.clean(
        once,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: value if _is_allowed(tag, name, value) else None,
        url_schemes=_SCHEMES,
        link_rel=_REL,
        set_tag_attribute_values={"pre": {"dir": "auto"}},
    )
    return _UNSEEN.sub("", twice)


def rendered(html: str) -> Markup:
    """Stored HTML, or a drawing of our own, for a page. Nothing else makes Markup."""
    return Markup(html)  # noqa: S704 - the single exception: made by render() or by our own code


def excerpt(source: str, length: int) -> str:
    """The first words of a post as plain text of at most `length` characters, on one line."""
    text = " ".join(_UNSEEN.sub("", markdown.to_words(_SURROGATE.sub("\ufffd", source))).split())
    if len(text) <= length:
        return text
    cut = text[: max(length - 1, 0)]
    # Scripts without spaces, and very long words, are cut where they stand.
    at = cut.rfind(" ") if text[len(cut)] != " " else len(cut)
    return (cut[:at] if at > length // 2 else cut).rstrip() + "…"


def _is_allowed(tag: str, name: str, value: str) -> bool:
    # nh3 asks here about the `rel` that it has just set itself.
    if (tag, name) == ("a", "rel"):
        return value == _REL
    wanted = _VALUES.get((tag, name))
    return wanted is not None and wanted.fullmatch(value) is not None
