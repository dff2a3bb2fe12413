"""What people forget in templates and style sheets."""

import re

import pytest
from jinja2 import Environment, meta

from forum.app import create_app
from forum.core.paths import STATIC
from tests.conftest import settings_for
from tests.support import templates

#: Parts of a page are asked for by other templates, the rest by views, error handlers and mail.
PAGES = [name for name in templates.names() if not name.startswith("mail/")]
MAIL = [name for name in templates.names() if name.startswith("mail/")]

HAS_LETTERS = re.compile(r"[^\W\d_]{2,}")
#: Names of classes, which a macro gives, and the name of a standard, which stays as it is.
NO_WORDS = re.compile(r"\b(?:is|cp)-[\w-]*|TLP:")
INLINE = re.compile(
    r"<style|<script(?![^>]*\ssrc=)|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\bdata:[a-z]+/|hx-on|\bjs:"
)
UNSAFE = re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\(")
ELSEWHERE = re.compile(r"(?:src|href|action)=[\"'](?:https?:)?//")


def style_sheets() -> list[tuple[str, str]]:
    """Our own, without comments."""
    return [
        (path.name, re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
        for path in sorted((STATIC / "css").glob("*.css"))
    ]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """That of a site; none of these tests asks its database anything."""
    folder = tmp_path_factory.mktemp("site")
    found: Environment = create_app(settings_for(folder, f"sqlite:///{folder}/no.db")).jinja_env
    return found


@pytest.mark.parametrize("name", templates.names())
def test_a_template_compiles_and_so_does_all_it_asks_for(
    environment: Environment, name: str
) -> None:
    environment.compile(templates.source(name), name)

    wanted = meta.find_referenced_templates(environment.parse(templates.source(name)))
    here = "mail/" if name in MAIL else ""
    assert {here + other for other in wanted if other} <= set(templates.names())


@pytest.mark.parametrize("name", templates.names())
def test_a_template_holds_nothing_inline_nothing_unescaped_and_nothing_from_elsewhere(
    name: str,
) -> None:
    source = templates.source(name)

    assert not UNSAFE.findall(source)
    assert name in MAIL or not INLINE.findall(source)
    assert name in MAIL or not ELSEWHERE.findall(source)


@pytest.mark.parametrize("name", templates.names())
def test_every_word_a_reader_sees_can_be_translated(environment: Environment, name: str) -> None:
    pieces = [NO_WORDS.sub("", piece) for piece in templates.plain_text(environment, name)]

    assert not [piece for piece in pieces if HAS_LETTERS.search(piece)]
    assert not templates.unmarked_strings(environment, name)


def test_words_in_code_can_be_translated() -> None:
    shown = templates.calls(flash=0, Invalid=1, Conflict=0, Required=0)
    for_operators = ("forum/cli.py", "forum/demo/")

    assert not [(path, words) for path, words in shown if not path.startswith(for_operators)]


def test_no_template_is_left_over() -> None:
    asked_for = templates.strings_in_code()
    for name in templates.names():
        asked_for |= set(re.findall(r"[\"']([\w/.-]+\.(?:html|txt))[\"']", templates.source(name)))
    by_number = re.compile(r"errors/\d{3}\.html")  # forum/web/errors.py names them by their number

    unused = [name for name in PAGES if name not in asked_for and not by_number.fullmatch(name)]

    assert not unused


def test_every_kind_of_mail_has_its_template_and_no_other_mail_lies_there() -> None:
    features = {name.split("/")[1] for name in MAIL if name.count("/") == 2}
    kinds = {
        words
        for words in templates.strings_in_code()
        if re.fullmatch(r"[a-z]+/[a-z_]+", words) and words.partition("/")[0] in features
    }

    mails = {name for name in MAIL if not name.rpartition("/")[2].startswith("_")}
    assert kinds >= {kind for _, kind in templates.calls(post_mail=0)}
    assert mails == {f"mail/{kind}.jinja" for kind in kinds}


def test_every_static_file_that_is_asked_for_exists(environment: Environment) -> None:
    asked_for = {
        file for name in PAGES for file in templates.static_files(environment, name) if file
    }
    for name, style in style_sheets():
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", style):
            assert (STATIC / "css" / address).is_file(), f"{name}: {address}"

    assert asked_for
    assert not [file for file in asked_for if not (STATIC / file).is_file()]


def test_every_icon_that_is_drawn_is_in_the_sprite(environment: Environment) -> None:
    sprite = (STATIC / "img" / "icons.svg").read_text(encoding="utf-8")

    drawn = {icon for name in PAGES for icon in templates.icons(environment, name)}

    assert drawn
    assert drawn <= set(re.findall(r"\bid=\"([^\"]+)\"", sprite))


@pytest.mark.parametrize(("name", "style"), style_sheets())
def test_a_style_sheet_knows_no_left_and_no_right(name: str, style: str) -> None:
    sides = re.compile(
        r"(?<![\w-])(?:(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right)[\w-]*\s*:"
        r"|(?:left|right)\s*:|(?:float|clear|text-align)\s*:\s*(?:left|right))"
    )
    # A rule for one direction only may name the side that it means.
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", style)

    found = [
        (selector.strip(), body.strip())
        for selector, body in rules
        if sides.search(body) and not re.search(r"\[dir=\"?(?:rtl|ltr)\"?\]", selector)
    ]

    assert not found


@pytest.mark.parametrize(("name", "style"), style_sheets())
def test_a_style_sheet_fetches_nothing_from_elsewhere(name: str, style: str) -> None:
    assert not re.findall(r"@import|https?://|//[\w.]+/|data:", style)
