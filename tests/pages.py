"""A client that behaves like a person: gets a page, checks that it is sound, fills its forms in.

Every page is parsed strictly: sound HTML, one h1, every field named, no id used twice, nothing
inline that the content security policy would stop.
"""

import re
from collections import Counter
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import lxml.html
from flask.testing import FlaskClient

from tests.support.browser import IS_FIRST_RUN

_FIELDS = ("input", "select", "textarea")
#: Tags and what looks like one, and references to characters, as far as these are not the usual.
_MARKUP = re.compile(r"<[^>]*>?|&(?!(?:amp|lt|gt|#34|#39);)[^\s;<]*;?")
_VALUE = re.compile(r"=\"[^\"<>]*\"")
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f-\x9f]")


_SOUND: set[tuple[str, ...]] = set()


def require_sound(text: str) -> None:
    """Nothing in the document needs a browser's leniency.

    The parser that tells takes ten times as long as one that forgives, so it reads documents that
    differ in words and values alone, not in any tag or reference, once.
    """
    shape = tuple(_MARKUP.findall(_VALUE.sub('=""', text)))
    if IS_FIRST_RUN and shape not in _SOUND:
        html5lib.HTMLParser(strict=True).parse(text)
        _SOUND.add(shape)


class Page:
    """What came back, ready to be read and filled in."""

    def __init__(self, client: FlaskClient, response: Any, path: str) -> None:
        self.client = client
        self.response = response
        self.path = path
        self.status = response.status_code
        self.text = response.get_data(as_text=True)
        self._form: Element | None = None
        self._values: list[tuple[str, str]] = []
        if response.mimetype == "text/html":
            # What a person typed comes back as it was, even where HTML wants no such character.
            text = _CONTROL.sub("\ufffd", self.text)
            require_sound(text)
            self.root: Any = lxml.html.document_fromstring(text)
            self._check()

    def _check(self) -> None:
        assert len(list(self.root.iter("h1"))) == 1, f"{self.path}: one h1"
        ids = Counter(node.get("id") for node in self.root.iter() if node.get("id"))
        assert not [name for name, count in ids.items() if count > 1], f"{self.path}: {ids}"
        labelled = {node.get("for") for node in self.root.iter("label")}
        for node in self.root.iter():
            inline = [name for name in node.attrib if name == "style" or name.startswith("on")]
            assert not inline, f"{self.path}: {node.tag} has {inline}"
            if node.tag in _FIELDS and node.get("type") not in {"hidden", "submit"}:
                is_named = node.get("id") in labelled or node.get("aria-label")
                is_named = is_named or node.get("aria-labelledby") or self._is_inside_label(node)
                assert is_named, f"{self.path}: field {node.get('name')} has no label"

    def _is_inside_label(self, wanted: Element) -> bool:
        return any(node is wanted for label in self.root.iter("label") for node in label.iter())

    @property
    def words(self) -> str:
        """All that can be read in the main part, blanks folded."""
        main = next(self.root.iter("main"))
        return " ".join("".join(main.itertext()).split())

    @property
    def heading(self) -> str:
        """The h1."""
        return " ".join("".join(next(self.root.iter("h1")).itertext()).split())

    def links(self) -> list[str]:
        """Where its links lead."""
        return [node.get("href", "") for node in self.root.iter("a")]

    def form(self, action: str | None = None) -> "Page":
        """Choose a form by (a part of) where it is sent; without one, the first in the main part."""
        main = next(self.root.iter("main"))
        forms = [
            form
            for form in main.iter("form")
            if action is None or action in (form.get("action") or self.path)
        ]
        assert forms, f"{self.path}: no form {action or ''}: {self.words[:300]}"
        self._form = forms[0]
        self._values = list(self._filled(forms[0]))
        return self

    def _filled(self, form: Element) -> Any:
        for node in form.iter():
            name, kind = node.get("name"), node.get("type")
            if not name or "disabled" in node.attrib:
                continue
            if node.tag == "input" and kind not in {"submit", "checkbox", "radio", "file"}:
                yield name, node.get("value", "")
            elif node.tag == "input" and kind in {"checkbox", "radio"} and "checked" in node.attrib:
                yield name, node.get("value", "on")
            elif node.tag == "textarea":
                yield name, "".join(node.itertext()).removeprefix("\n")
            elif node.tag == "select":
                options = list(node.iter("option"))
                chosen = [option for option in options if "selected" in option.attrib]
                if not chosen and options and "multiple" not in node.attrib:
                    chosen = options[:1]
                for option in chosen:
                    yield name, option.get("value", "".join(option.itertext()))

    def fill(self, **fields: Any) -> "Page":
        """Fill fields in; the form must have them. A list fills a field of several values."""
        if self._form is None:
            self.form()
        assert self._form is not None
        present = {node.get("name") for node in self._form.iter()}
        for name, value in fields.items():
            assert name in present, (
                f"{self.path}: no field {name} among {sorted(filter(None, present))}"
            )
            self._values = [(known, old) for known, old in self._values if known != name]
            values = value if isinstance(value, list | tuple) else [value]
            self._values += [(name, str(one)) for one in values]
        return self

    @property
    def filled(self) -> dict[str, str]:
        """The first value of each field of the chosen form."""
        if self._form is None:
            self.form()
        return dict(reversed(self._values))

    def send(self, button: str | None = None, *, follow: bool = True, **headers: str) -> "Page":
        """Send the form; `button` is the name of the button pressed, as `name` or `name=value`."""
        if self._form is None:
            self.form()
        assert self._form is not None
        action = urljoin(self.path, self._form.get("action") or self.path)
        values = list(self._values)
        if button:
            name, _, value = button.partition("=")
            values.append((name, value or "1"))
        data: dict[str, list[str]] = {}
        for name, value in values:
            data.setdefault(name, []).append(value)
        if self._form.get("method", "get").lower() == "get":
            response = self.client.get(urlsplit(action).path, query_string=data, headers=headers)
        else:
            response = self.client.post(action, data=data, headers=headers)
        return landed(self.client, response, action, follow=follow)


def visit(client: FlaskClient, path: str, *, follow: bool = True, **headers: str) -> Page:
    """Open an address as a person does."""
    return landed(client, client.get(path, headers=headers), path, follow=follow)


def landed(client: FlaskClient, response: Any, path: str, *, follow: bool) -> Page:
    """The page at the end of the redirects."""
    hops = 0
    while follow and response.status_code in {301, 302, 303, 307, 308}:
        hops += 1
        assert hops < 6, f"{path}: goes round in circles"
        path = urljoin(path, response.headers["Location"])
        response = client.get(path)
    return Page(client, response, path)
