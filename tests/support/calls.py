"""Which function of `forum/` calls which, read from the source."""

import ast
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Function:
    """A function of a module, as far as it is of interest here."""

    name: str
    decorators: set[str]
    #: Full names of what it calls, where they could be told.
    calls: set[str] = field(default_factory=set)


@cache
def functions() -> dict[str, Function]:
    """All functions at the top of modules in `forum/`, by full name: forum.audit.operations.record."""
    found: dict[str, Function] = {}
    for path in sorted((ROOT / "forum").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = _names(tree, module)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                decorators = {_dotted(decorator) for decorator in node.decorator_list}
                function = Function(f"{module}.{node.name}", decorators)
                for call in ast.walk(node):
                    if isinstance(call, ast.Call):
                        first, _, rest = _dotted(call.func).partition(".")
                        function.calls.add(known.get(first, first) + (f".{rest}" if rest else ""))
                found[function.name] = function
    _follow_re_exports(found)
    return found


def _names(tree: ast.Module, module: str) -> dict[str, str]:
    """What the names at the top of a module stand for."""
    names = {
        node.name: f"{module}.{node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    return names


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Call):
        return _dotted(node.func)
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _follow_re_exports(found: dict[str, Function]) -> None:
    """A package may offer what its modules define: the call means the definition."""
    for path in sorted((ROOT / "forum").rglob("__init__.py")):
        package = ".".join(path.parent.relative_to(ROOT).parts)
        names = _names(ast.parse(path.read_text(encoding="utf-8")), package)
        for name, meant in names.items():
            if meant in found and f"{package}.{name}" not in found:
                found[f"{package}.{name}"] = Function(meant, set(), {meant})


def reaches(found: dict[str, Function], start: str, ends: set[str]) -> bool:
    """Whether calling `start` can lead to a call of one of `ends`."""
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name in ends:
            return True
        if name in found and name not in seen:
            seen.add(name)
            waiting += found[name].calls
    return False
