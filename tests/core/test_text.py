"""Posts become HTML that holds the allow-list and nothing else, whatever was typed."""

import re
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape

from forum.core.text import RENDERER, excerpt, render, rendered

DIRECTED: Final = ("blockquote", "h3", "h4", "li", "p", "pre", "table", "td", "th", "ul")
BARE: Final = ("br", "del", "em", "hr", "strong", "tbody", "thead", "tr")
ATTRIBUTES: Final = {
    "a": {"href", "title", "rel"},
    "ol": {"start", "dir"},
    "code": {"class"},
    **{tag: {"dir"} for tag in DIRECTED},
    **{tag: set() for tag in BARE},
}
REL: Final = "noopener noreferrer nofollow"
LONGEST: Final = 20_000


class Seen(HTMLParser):
    """What a browser would find: tags with their attributes, the text, the deepest nesting."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.deepest = self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "hr"):
            self._depth += 1
            self.deepest = max(self.deepest, self._depth)

    def handle_endtag(self, tag: str) -> None:
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = handle_comment

    @property
    def links(self) -> list[str | None]:
        return [attributes.get("href") for tag, attributes in self.tags if tag == "a"]


def is_clean(html: str) -> bool:
    for tag, attributes in Seen(html).tags:
        assert tag in ATTRIBUTES, tag
        assert set(attributes) <= ATTRIBUTES[tag], attributes
        assert attributes.get("dir", "auto") in ("auto", "ltr", "rtl")
        if tag == "a":
            assert attributes["rel"] == REL
            assert re.match(r"(?i)https?://[^/]|mailto:.", attributes["href"] or "")
            assert not re.search(r"[\x00-\x20\x7f]", attributes["href"] or "")
    return True


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Two *words* and **more**", "Two <em>words</em> and <strong>more</strong>"),
        ("~~withdrawn~~", "<del>withdrawn</del>"),
        ("`art. 18(13)`", "<code>art. 18(13)</code>"),
        ("one  \ntwo", "one<br>\ntwo"),
        ("A & B < C", "A &amp; B &lt; C"),
        ("&lt;b&gt; &copy;", "&lt;b&gt; ©"),
        (
            "[UNODC](https://www.unodc.org/?a=1&b=2 'Vienna')",
            f'<a href="https://www.unodc.org/?a=1&amp;b=2" title="Vienna" rel="{REL}">UNODC</a>',
        ),
        ("<office@moj.example>", f'<a href="mailto:office@moj.example" rel="{REL}">'),
    ],
)
def test_commonmark_inside_a_line_is_rendered(source: str, html: str) -> None:
    assert html in render(source)


def test_lists_quotes_rules_and_code_are_rendered() -> None:
    html = render("3. three\n4. four\n\n- a\n- b\n\n> quoted\n\n---\n\n```python\nx = 1\n```\n")

    assert '<ol start="3"' in html
    assert [tag for tag, _ in Seen(html).tags] == [
        *["ol", "li", "li", "ul", "li", "li", "blockquote", "p", "hr", "pre", "code"]
    ]
    assert '<code class="language-python">x = 1\n</code>' in html


def test_a_table_is_rendered_without_style() -> None:
    html = render("| State | Office |\n|:---|---:|\n| QM | MoJ |\n")

    assert [tag for tag, _ in Seen(html).tags] == [
        *["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    ]
    assert "style" not in html
    assert "align" not in html


def test_headings_stand_two_levels_lower_and_never_below_h4() -> None:
    html = render("# one\n\n## two\n\n### three\n\n###### six\n\nset\n===\n")

    tags = [tag for tag, _ in Seen(html).tags]
    assert tags == ["h3", "h4", "h4", "h4", "h3"]


def test_an_address_in_the_text_becomes_a_link_only_for_http_and_https() -> None:
    html = render("https://a.example/x http://b.example, www.c.example ftp://d.example e@f.example")

    assert Seen(html).links == ["https://a.example/x", "http://b.example"]


def test_a_picture_is_not_shown() -> None:
    html = render("![a map](https://a.example/map.png) ![b][x]\n\n[x]: https://a.example/b.png")

    assert "<img" not in html
    assert "a map" in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript:123",
        "javascript&colon;alert(1)",
        "&#106;avascript:alert(1)",
        "&#x6A;avascript:alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "&#1;javascript:alert(1)",
        "<java\tscript:alert(1)>",
        "\u00a0javascript:alert(1)",
        "\x01javascript:alert(1)",
        "java\\script:alert(1)",
        "vbscript:msgbox(1)",
        "data:1",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "blob:https://a.example/1",
        "//evil.example",
        "\\\\evil.example",
        "/threads/1",
        "threads/1",
        "#top",
        "?page=2",
        "http:evil.example",
        "http:/evil.example",
        "https:///evil.example",
        "https:\\\\evil.example",
        "https://a.exampleع",
        "https://[a.example",
        "https://a.example:port",
        "mailto:",
        "http:",
        "",
    ],
)
def test_a_link_elsewhere_than_the_web_and_mail_loses_its_address_and_keeps_its_text(
    address: str,
) -> None:
    html = render(f"[text]({address}) [again][r]\n\n[r]: {address}\n")

    assert Seen(html).links == []
    assert "text" in html


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href='javascript:1'>x</a>",
        "<p style='color:red' id=x data-y=1>x</p>",
        "<!-- comment --> <![CDATA[x]]> <?php x ?> <!DOCTYPE html>",
        "</p></div></article><h1>x</h1>",
        "<scr<script>ipt>",
        "<math><mtext><table><mglyph><style><img src=x>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&amp;lt;script&amp;gt;",
        '```"><script>alert(1)</script>\nx\n```',
        "```x onmouseover=alert(1)\nx\n```",
        '[x](https://a.example "\\"onmouseover=alert(1) x=\\"")',
        '[x](https://a.example/"onmouseover="alert(1))',
        "<https://a.example/\"onmouseover='alert(1)'>",
        "https://a.example/<script>alert(1)</script>",
        "|<script>|\n|-|\n|<img>|",
    ],
)
def test_what_looks_like_html_stays_text(source: str) -> None:
    assert is_clean(render(source))


def test_html_that_was_typed_can_be_read_as_typed() -> None:
    assert Seen(render("<b>Bold</b> <!-- not hidden -->")).text.strip() == (
        "<b>Bold</b> <!-- not hidden -->"
    )


@pytest.mark.parametrize("info", ["a'b", "x y", "é", "a" * 41, '"'])
def test_only_a_plain_language_name_becomes_a_class(info: str) -> None:
    classes = [attributes.get("class") for tag, attributes in Seen(render(f"```{info}\nx")).tags]

    assert all(c is None or re.fullmatch(r"language-[\w+#.-]{1,40}", c) for c in classes)
    assert " " not in "".join(c or "" for c in classes)


def test_an_entity_cannot_bring_back_a_character_that_reorders_text() -> None:
    html = render("a &#8238;b &#x2066;c &#x202A; &#127; [t](https://a.example '&#8238;')")

    assert not re.search("[\u202a-\u202e\u2066-\u2069\x7f]", html)
    assert "b" in html


def test_joiners_and_direction_marks_stay() -> None:
    assert "می\u200cخواهم\u200f" in render("می\u200cخواهم\u200f")


def test_every_paragraph_heading_and_cell_finds_its_own_direction() -> None:
    html = render("# T\n\nعربي\n\n- a\n\n|a|\n|-|\n|b|\n")

    auto = [tag for tag, attributes in Seen(html).tags if attributes.get("dir") == "auto"]
    assert auto == ["h3", "p", "li", "th", "td"]


@pytest.mark.parametrize(
    ("source", "direction"),
    [
        ("> שלום\n>\n> hello", "rtl"),
        ("- hello\n- שלום", "ltr"),
        ("1. 12 مرحبا\n\n2. b", "rtl"),
        ("> > - مرحبا", "rtl"),
        ("|1|\n|-|\n|مرحبا|", "rtl"),
        ("- 1\n- 2", "auto"),
        ("> ```\n> مرحبا\n> ```", "rtl"),
    ],
)
def test_what_holds_blocks_takes_the_direction_of_its_first_letter(
    source: str, direction: str
) -> None:
    assert Seen(render(source)).tags[0][1]["dir"] == direction


def test_a_holder_without_letters_does_not_take_the_direction_of_what_follows() -> None:
    html = render("> 1\n\n- مرحبا\n")

    assert '<blockquote dir="auto">' in html
    assert '<ul dir="rtl">' in html


@pytest.mark.parametrize(
    "source",
    [
        "".join(f"{'>' * n} level {n}\n\n" for n in range(1, 60)),
        "".join(f"{'  ' * n}- level {n}\n" for n in range(1, 60)),
        "> - " * 60 + "level 59",
        "**a " * 60 + "level 59" + " a**" * 60,
        "*" * 60 + "level 59" + "*" * 60,
        "[" * 60 + "level 59" + "](https://a.example)" * 60,
    ],
)
def test_nesting_ends_at_twenty_levels_and_loses_no_words(source: str) -> None:
    seen = Seen(render(source))

    assert seen.deepest <= 40  # twenty of blocks, twenty inside a line
    assert "level 59" in seen.text


@pytest.mark.parametrize(
    "source",
    [
        "|".join("a" * 2000) + "\n" + "|".join("-" * 2000) + "\n" + "|\n" * 5000,
        "|".join("a" * 200) + "\n" + "|".join("-" * 200) + "\n" + "x\n" * 9000,
        "|a|\n|-|\n\n" * 2500,
        "a|b\n-|-\n" + "|\n" * 9000,
        "> |a|\n> |-|\n\n" * 1400,
    ],
)
def test_tables_together_have_at_most_four_thousand_cells(source: str) -> None:
    html = render(source[:LONGEST])

    assert len(re.findall("<t[dh] ", html)) <= 4000
    assert is_clean(html)


def test_a_large_table_that_somebody_may_need_is_still_a_table() -> None:
    rows = "".join(f"| {n} | State {n} | Ministry | yes |\n" for n in range(193))

    assert render("| # | State | Office | 24 h |\n|-|-|-|-|\n" + rows).count("<tr>") == 194


def test_a_reference_used_over_and_over_cannot_swell_a_post() -> None:
    source = "[a]: https://a.example/" + "x" * 9000 + "\n\n" + "[a] " * 2700

    html = render(source)

    assert len(html) < 500_000
    assert html.count("<a ") >= 1
    assert len(Seen(html).text.split()) == 2700


@pytest.mark.parametrize(
    "unit",
    [
        *["[", "![", "]", "](", "[a](", "[](<", "`", "`a", "*", "*a", "**a ", "a**b", "_a", "*a_ "],
        *[
            "~~a",
            "<",
            "<a",
            "<!--",
            "<?",
            "&",
            "&a",
            "&#x",
            "&amp;",
            "\\",
            "|",
            ">",
            "> ",
            "- ",
            "#",
        ],
        *[
            "- a\n",
            "1. a\n",
            "> a\n\n",
            "- 1\n- > 2\n",
            "a\n\n",
            "a\\\n",
            "---\n",
            "```\n",
            "# a\n",
        ],
        *["http://", "https://a.b ", "<http://a>", "a@", "[a]: b\n", "\t", "\n", "\x00", "\ud800"],
        *["ع ", "&#8238;", "é", "😀"],
    ],
)
def test_the_longest_post_of_one_thing_repeated_gives_a_bounded_amount_of_clean_html(
    unit: str,
) -> None:
    html = render((unit * LONGEST)[:LONGEST])

    assert is_clean(html)
    assert len(html) <= 12 * LONGEST
    assert html.count("<") <= 2 * 16_000


def test_a_post_of_too_many_pieces_is_shown_as_typed() -> None:
    html = render("> a\n\n" * 4000)

    assert html.startswith('<pre dir="auto"><code>&gt; a\n\n')


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *["[", "]", "(", ")", "<", ">", "!", "`", "*", "_", "|", "-", "#", "\n", " ", "&"],
                *["javascript:", "https://a.example", "data:", "&#106;", "&Tab;", '"', "'", "\\"],
                *["<script>", "onload=", "    ", "```", "[a]: ", "x", "ع", "\u202e", "\ud800"],
                *["http://", "mailto:", "@", ":", "/", "%", "%00", "xn--", ".", "?"],
            ]
        ),
        max_size=40,
    ).map("".join)
    | st.text(max_size=200)
)
def test_nothing_typed_makes_rendering_fail_or_unclean(source: str) -> None:
    assert is_clean(render(source))
    excerpt(source, 80)


def test_threads_rendering_at_once_do_not_mix_their_texts() -> None:
    sources = [f"post **{n}** https://{n}.example [x](javascript:{n})" for n in range(64)]
    alone = [render(source) for source in sources]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(render, sources))

    assert together == alone


def test_stored_html_is_not_escaped_again_and_other_text_is() -> None:
    html = rendered(render("*x*"))

    assert isinstance(html, Markup)
    assert escape(html) == html
    assert escape("<p>") != "<p>"
    assert RENDERER >= 1


def test_an_excerpt_is_plain_words_on_one_line() -> None:
    source = "# Title\n\nSee **art. 18**, [here](https://a.example):\n\n- one\n- `two`\n\n<b>&amp;"

    assert excerpt(source, 200) == "Title See art. 18, here: one two <b>&"


@pytest.mark.parametrize(
    ("length", "cut"),
    [
        (100, "Requests go to the ministry"),
        (27, "Requests go to the ministry"),
        (26, "Requests go to the…"),
        (19, "Requests go to the…"),
        (1, "…"),
    ],
)
def test_an_excerpt_ends_between_words_and_is_never_too_long(length: int, cut: str) -> None:
    assert excerpt("Requests go to the ministry", length) == cut
    assert len(cut) <= length


def test_an_excerpt_of_text_without_spaces_is_cut_where_it_stands() -> None:
    assert excerpt("引渡请求应当以书面形式提出", 6) == "引渡请求应…"
