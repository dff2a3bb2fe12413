"""CommonMark with tables and struck text, shaped for posts. `forum.core.text` cleans the result.

A parser is made for each text: it takes a millisecond, and nothing is shared between threads.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlsplit

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, blockquote, list_block, table
from markdown_it.token import Token

#: What a link may lead to: an absolute address, as CommonMark writes it in `href`.
HREF: Final = re.compile(r"(?:https?://[^/?#\s\\]\S*|mailto:\S+)", re.IGNORECASE | re.ASCII)

_NESTING: Final = 20
#: A list is two levels, and a block inside it needs one.
_DEEPEST_HOLDER: Final = _NESTING - 3
#: Table cells of one post, filled or not; more cost seconds and are no table that anybody reads.
_CELLS: Final = 4_000
#: Blocks and runs of text of one post; 20,000 characters of anything readable are far below.
_PIECES: Final = 16_000
#: Characters of addresses and their titles in one post. Only a reference used over and over
#: (`[a]: http://…` and `[a][a][a]…`) can bring more than was typed.
_ADDRESSES: Final = 40_000

#: `# Heading` stands two levels below the page's own h1; the deeper ones share the last.
_HEADINGS: Final = {"h1": "h3", "h2": "h4", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}
#: Blocks that hold text themselves: the browser finds their direction.
_TEXTS: Final = frozenset({"p", "h3", "h4", "td", "th"})
#: Blocks that hold blocks. `dir="auto"` skips children that have a `dir`, so theirs is spelled out.
_HOLDERS: Final = frozenset({"blockquote", "li", "ol", "table", "ul"})
_DIRECTION: Final = {"L": "ltr", "R": "rtl", "AL": "rtl"}


def to_html(source: str) -> str:
    """HTML with safe links only, but not yet cleaned."""
    parser = _parser()
    env: dict[str, Any] = {}
    tokens = parser.parse(source, env)
    if sum(1 + len(token.children or ()) for token in tokens) > _PIECES:
        return f"<pre><code>{escape(source)}</code></pre>"
    _shape(tokens)
    return str(parser.renderer.render(tokens, parser.options, env))


def to_words(source: str) -> str:
    """The words alone, without marks and addresses."""
    return " ".join(_words(token) for token in _parser().parse(source))


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Any: `_inline` takes bad links out later, so that their text stays without the address."""
        return True


def _parser() -> MarkdownIt:
    parser = _Parser(
        "commonmark", {"html": False, "linkify": True, "maxNesting": _NESTING, "typographer": False}
    )
    parser.enable(["table", "strikethrough", "linkify"])
    parser.disable(["image", "html_block", "html_inline"])
    parser.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    parser.block.ruler.at(
        "blockquote", _blockquote, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.block.ruler.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    for scheme in ("ftp:", "mailto:", "//"):
        linkify.add(scheme, None)
    parser.linkify = linkify
    return parser


def _blockquote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # The parser drops what lies too deep; refusing the holder keeps it as text.
    return state.level <= _DEEPEST_HOLDER and blockquote(state, start, end, silent)


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return state.level <= _DEEPEST_HOLDER and list_block(state, start, end, silent)


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, as long as the post's tables together stay below `_CELLS`; else plain lines."""
    if state.env.get("has_too_many_cells") or not table(state, start, end, True):
        return False
    columns = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]].count("|") + 1
    cells = state.env.get("cells", 0)
    for line in range(start, end):
        if state.isEmpty(line):
            break
        cells += columns
        if cells > _CELLS:
            state.env["has_too_many_cells"] = True
            return False
    if silent:
        return True
    state.env["cells"] = cells
    return table(state, start, end, False)


def _shape(tokens: list[Token]) -> None:
    """Lower the headings, judge the links, give directions."""
    links = _Links()
    unresolved: list[Token] = []
    for token, following in pairwise([*tokens, Token("", "", 0)]):
        token.tag = _HEADINGS.get(token.tag, token.tag)
        token.attrs.pop("style", None)  # the alignment of a column
        if token.nesting == 1 and token.tag in _TEXTS:
            token.attrs["dir"] = "auto"
        elif token.nesting == 1 and token.tag in _HOLDERS:
            token.attrs["dir"] = "auto"
            if not following.hidden:  # a tight item holds its text itself
                unresolved.append(token)
        elif token.nesting == -1 and token.tag in _HOLDERS:
            unresolved = [holder for holder in unresolved if holder.level < token.level]
        elif token.nesting == 0 and unresolved and (found := _direction(_words(token))):
            for holder in unresolved:
                holder.attrs["dir"] = found
            unresolved = []
        if token.children is not None:
            token.children = list(_inline(token.children, links))


class _Links:
    """Which links of a post stay."""

    def __init__(self) -> None:
        self._room = _ADDRESSES

    def takes(self, token: Token) -> bool:
        """Whether it leads somewhere allowed; one that would swell the post is left out too."""
        href, title = str(token.attrs.get("href", "")), str(token.attrs.get("title", ""))
        if not _is_address(href):
            return False
        self._room -= len(href) + len(title)
        return self._room >= 0


def _is_address(href: str) -> bool:
    """Whether all three locks take it, so that no link is left without its address."""
    if HREF.fullmatch(href) is None:
        return False
    try:
        urlsplit(href)  # as bleach does
    except ValueError:
        return False
    return "href" in nh3.clean(f'<a href="{escape(href)}">', tags={"a"}, link_rel=None)


def _inline(tokens: list[Token], links: _Links) -> Iterator[Token]:
    """The tokens without links and emphasis that may not be; what they enclose stays."""
    kept: list[bool] = []
    depth = 0
    for token in tokens:
        token.tag = "del" if token.tag == "s" else token.tag
        is_wanted = True
        if token.nesting == 1:
            is_wanted = depth < _NESTING and (token.tag != "a" or links.takes(token))
            kept.append(is_wanted)
            depth += is_wanted
        elif token.nesting == -1:
            is_wanted = kept.pop()
            depth -= is_wanted
        if is_wanted:
            yield token


def _words(token: Token) -> str:
    if token.children is None:
        return token.content
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children
    )


def _direction(text: str) -> str | None:
    """The direction of the first letter that has one."""
    found = (_DIRECTION.get(unicodedata.bidirectional(char)) for char in text)
    return next((direction for direction in found if direction), None)
