"""Templates as text: what a reader sees of them, and what they ask for."""

import ast
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from jinja2 import Environment, nodes

from forum.core.paths import DATA, TEMPLATES

#: Attributes whose value is read out or shown.
_SPOKEN = ("alt", "aria-label", "aria-roledescription", "label", "placeholder", "title")
_HOLE = "\0"
_FORUM = Path(__file__).resolve().parents[2] / "forum"
#: What marks a string for translation.
_MARKS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
#: Words to a person begin with a capital letter and go on in small ones.
_WORDS = re.compile(r"[A-Z][a-z]+\b(?![-_/:.@])")


def names() -> list[str]:
    """All templates, by the name they are asked for."""
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in files())


def files() -> list[Path]:
    return [path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".jinja", ".txt"}]


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def plain_text(environment: Environment, name: str) -> list[str]:
    """Pieces that reach the reader as they stand in the file, outside `{{ }}` and `{% %}`.

    What stands inside `{% trans %}` is marked for translation and therefore left out.
    """
    pieces, is_inside, is_trans, is_named = [], False, False, False
    for _, kind, value in environment.lex(source(name), name):
        if kind == "data" and not is_trans:
            pieces.append(value)
        elif kind.endswith("_begin") and kind != "comment_begin":
            pieces.append(_HOLE)
            is_inside, is_named = kind == "block_begin", False
        elif kind == "name" and is_inside and not is_named:
            is_named = True
            is_trans = value == "trans" or (is_trans and value != "endtrans")
    text = "".join(pieces)
    return [text] if name.endswith(".txt") else list(_shown(text))


def _shown(html: str) -> Iterator[str]:
    """Text between the tags, and the attributes that are read out."""
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)  # a mail carries its own
    at = 0
    for tag in re.finditer(r"<(?:!--.*?--|(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>", html, re.DOTALL):
        yield _bare(html[at : tag.start()])
        for name in _SPOKEN:
            for value in re.findall(rf"\s{name}=\"([^\"]*)\"", tag.group()):
                yield _bare(value)
        at = tag.end()
    yield _bare(html[at:])


def _bare(text: str) -> str:
    return unescape(text).replace(_HOLE, " ").strip()


def unmarked_strings(environment: Environment, name: str) -> list[str]:
    """String constants in expressions that read like words but are not marked for translation."""
    tree = environment.parse(source(name), name)
    marked = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in _MARKS
        for constant in call.find_all(nodes.Const)
    }
    return [
        constant.value
        for constant in tree.find_all(nodes.Const)
        if isinstance(constant.value, str)
        and id(constant) not in marked
        and _WORDS.match(constant.value)
    ]


def static_files(environment: Environment, name: str) -> list[str]:
    """What it asks `url_for('static', …)` for."""
    tree = environment.parse(source(name), name)
    return [
        keyword.value.value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for"
        for keyword in call.kwargs
        if keyword.key == "filename" and isinstance(keyword.value, nodes.Const)
    ]


def icons(environment: Environment, name: str) -> set[str]:
    """Names of icons that it draws by a name it knows itself."""
    tree = environment.parse(source(name), name)
    drawn = {
        constant.value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "icon" and call.args
        for constant in call.args[0].find_all(nodes.Const)
        if isinstance(constant.value, str)
    }
    first = {
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "icon"
        and call.args
        and isinstance(call.args[0], nodes.Const)
    }
    return drawn & first


def calls(**wanted: int) -> Iterator[tuple[str, str]]:
    """Arguments given as a string in calls of functions of `forum/`, with the file.

    `calls(flash=0, Invalid=1)` looks at the first argument of one and the second of the other.
    """
    for path in sorted(_FORUM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or _called(node) not in wanted:
                continue
            for argument in node.args[wanted[_called(node)] :][:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield path.relative_to(DATA).as_posix(), argument.value


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def strings_in_code() -> set[str]:
    """Every string constant of `forum/`."""
    return {
        node.value
        for path in _FORUM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
