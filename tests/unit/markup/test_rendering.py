"""Each row of the markup table, as HTML."""

import pytest

from polybooru.markup import render

OWN = {"board.example", "localhost:8000"}
REL = 'rel="nofollow ugc noopener"'


def inline(text: str) -> str:
    """The HTML within the only paragraph."""
    made = render(text, own_hosts=OWN).html
    assert made.startswith('<div class="paragraph">')
    assert made.endswith("</div>\n")
    return made.removeprefix('<div class="paragraph">').removesuffix("</div>\n")


def block(text: str) -> str:
    return render(text, own_hosts=OWN).html.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("**b**", "<strong>b</strong>"),
        ("*i* _i_", "<em>i</em> <em>i</em>"),
        ("`code`", "<code>code</code>"),
        ("~~del~~", "<del>del</del>"),
        ("__under__", "<u>under</u>"),
        ("x^sup^", "x<sup>sup</sup>"),
        ("H~2~O", "H<sub>2</sub>O"),
        ("***b***", "<em><strong>b</strong></em>"),
        ("~~a ~b~ c~~", "<del>a <sub>b</sub> c</del>"),
        ("*a", "*a"),
        ("a ~ b ^ c | d", "a ~ b ^ c | d"),
        ("~~~a", '<pre><code class="language-a"></code></pre>'),
    ],
)
def test_inline_styles(text: str, made: str) -> None:
    assert (block(text) if "pre" in made else inline(text)) == made


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("||a||", '<span class="spoiler">a</span>'),
        ("|||a|||", '|<span class="spoiler">a</span>|'),
        ("a||b||c", 'a<span class="spoiler">b</span>c'),
        ("||a\nb||", '<span class="spoiler">a<br>\nb</span>'),
        ("||**a** `||`||", '<span class="spoiler"><strong>a</strong> <code>||</code></span>'),
        ("a || b || c", "a || b || c"),
        ("||a", "||a"),
        (r"\||a||", "||a||"),
    ],
)
def test_spoilers(text: str, made: str) -> None:
    assert inline(text) == made


def test_a_spoiler_stands_in_a_cell_and_empty_cells_stay() -> None:
    assert block("|a|||b c|||\n|-|-|\n|| d|") == (
        '<table><thead><tr><th>a</th><th><span class="spoiler">b c</span></th></tr></thead>'
        "<tbody><tr><td></td><td>d</td></tr></tbody></table>"
    )


def test_cells_are_aligned_by_a_class() -> None:
    made = block("|a|b|c|\n|:-|:-:|-:|\n")
    assert made.count('<th class="align-') == 3
    assert '<th class="align-center">b</th>' in made


@pytest.mark.parametrize("reference", [">>1", ">>123t", ">>123s", ">>4294967295p"])
def test_an_image_is_referred_to_by_its_number(reference: str) -> None:
    made = f'<span class="image-reference">{reference.replace(">", "&gt;")}</span>'
    assert inline(f"{reference}, ({reference})") == f"{made}, ({made})"


@pytest.mark.parametrize(
    "text", [">>0", ">>a", ">>1x", ">> 1", ">>12345678901", "> >1", "&gt;&gt;1", r"\>>1"]
)
def test_what_only_looks_like_a_reference_is_text(text: str) -> None:
    assert "image-reference" not in render(text).html


def test_a_text_names_so_many_images_and_no_more() -> None:
    made = render(" ".join(f">>{number}" for number in range(1, 61))).html
    assert made.count("image-reference") == 50
    assert made.endswith("&gt;&gt;59 &gt;&gt;60</div>\n")


def test_a_reference_within_a_link_is_text() -> None:
    assert inline("[>>1](/a)") == f'<a href="/a" {REL}>&gt;&gt;1</a>'


def test_a_quotation_needs_a_blank() -> None:
    assert inline(">text\n>>1x") == "&gt;text<br>\n&gt;&gt;1x"
    assert block("> a\n>\n> b").count("blockquote") == 2
    assert block("> a") == '<blockquote><div class="paragraph">a</div></blockquote>'
    assert block("- >a") == "<ul><li>&gt;a</li></ul>"


def test_a_quotation_ends_with_its_last_line() -> None:
    assert block("> a\n> > b\n> c\nd") == (
        '<blockquote><div class="paragraph">a</div><blockquote><div class="paragraph">b</div></blockquote>'
        '<div class="paragraph">c</div></blockquote><div class="paragraph">d</div>'
    )


def test_a_line_end_is_a_line_end() -> None:
    assert inline("a\nb  \nc") == "a<br>\nb<br>\nc"


def test_a_picture_is_a_link() -> None:
    link = f'<a href="https://a.b/c.png" {REL}>'
    assert inline("![a *b*](https://a.b/c.png)") == f"{link}a <em>b</em></a>"
    assert inline("![](https://a.b/c.png)") == f"{link}https://a.b/c.png</a>"
    assert inline("[![a](/b)](https://a.b/c.png)") == f"{link}a</a>"


def test_addresses_that_are_written_down_are_links() -> None:
    shown = inline("See http://a.b/c_d_e~f~g, (https://a.b/(c)). <https://d.e> me@f.g!")
    for address in ("http://a.b/c_d_e~f~g", "https://a.b/(c)", "https://d.e"):
        assert f'<a href="{address}" {REL}>{address}</a>' in shown
    assert f'<a href="mailto:me@f.g" {REL}>me@f.g</a>!' in shown
    assert "</a>, (" in shown
    for text in ("ftp://a.b", "xhttp://a.b", "http://", "://a.b", "a@b", "@a.b", "[a](a.b)", "[a](b/c)"):
        assert "<a " not in render(text).html


def test_description_lists() -> None:
    assert block("a\n: b\n\nc\n\n: d\n") == "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>"


def test_code_keeps_its_signs_and_names_its_language() -> None:
    assert render('```c++ x\n>a ||b|| "c" >>1\n```').html == (
        '<pre><code class="language-c++">&gt;a ||b|| "c" &gt;&gt;1\n</code></pre>\n'
    )
    assert "class" not in render("```\"x'\na\n```").html


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("\"a\" 'b' it's", "\u201ca\u201d \u2018b\u2019 it\u2019s"),
        ('("a") *"b"*', "(\u201ca\u201d) <em>\u201cb\u201d</em>"),
        ("a -- b --- c...", "a \u2013 b \u2014 c\u2026"),
        ('`"--"`', '<code>"--"</code>'),
        (r"\"a\" \...", '"a" ...'),
        ("http://a.b/--'c", f"<a href=\"http://a.b/--'c\" {REL}>http://a.b/--'c</a>"),
    ],
)
def test_punctuation(text: str, made: str) -> None:
    assert inline(text) == made


def test_headings_are_not_underlined() -> None:
    assert block("a\n---\nb\n===") == (
        '<div class="paragraph">a</div><hr><div class="paragraph">b<br>===</div>'
    )
    assert block("# a\n### b") == "<h1>a</h1><h3>b</h3>"


def test_html_is_shown_as_it_was_written() -> None:
    assert inline("<b>a</b> <!-- c --> &amp; &copy;") == (
        "&lt;b&gt;a&lt;/b&gt; &lt;!\u2013 c \u2013&gt; &amp; \u00a9"
    )


@pytest.mark.parametrize(
    "text", ["[](/a)", "[ ](/a)", "[\u200b](/a)", "[&#8203;](/a)", "[**\u2800**](/a)", "[](<>)"]
)
def test_a_link_that_nobody_sees_is_not_made(text: str) -> None:
    assert "<a " not in render(text).html


def test_links_to_the_board_are_paths() -> None:
    for address, path in (
        ("https://board.example/images/1?a=b#c", "/images/1?a=b#c"),
        ("HTTP://BOARD.EXAMPLE", "/"),
        ("http://localhost:8000/a", "/a"),
        ("https://board.example//evil.example", "/evil.example"),
    ):
        made = render(f"[a]({address})", own_hosts=OWN)
        assert f'<a href="{path}" ' in made.html
        assert not made.has_external_links
    assert render("[a](https://board.example.evil.example/)", own_hosts=OWN).has_external_links
    assert render("http://localhost/", own_hosts=OWN).has_external_links


@pytest.mark.parametrize("text", ["http://a.b", "![a](https://a.b)", "me@a.b", "[a]: http://a.b\n\n[a]"])
def test_external_links_are_told(text: str) -> None:
    assert render(text).has_external_links


@pytest.mark.parametrize("text", ["", "a.b", ">>1", "[a](/b)", "`http://a.b`", "[a](javascript:b)"])
def test_a_text_without_them_has_none(text: str) -> None:
    assert not render(text).has_external_links


def test_addresses_kept_elsewhere_are_read() -> None:
    assert inline('[x]\n\n[x]: http://a.b/?c||d|| "||t|| >"') == (
        f'<a href="http://a.b/?c%7C%7Cd%7C%7C" title="||t|| &gt;" {REL}>x</a>'
    )
