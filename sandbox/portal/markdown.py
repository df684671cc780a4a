"""Markdown as the portal shows it: headings with anchors, code that can be copied, tables that scroll."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

#: Raw HTML stays text: a page says what it shows.
_READER = MarkdownIt("commonmark", {"html": False}).enable("table")
_TOLD = {
    "sh": "Shell",
    "console": "Shell",
    "http": "HTTP",
    "python": "Python",
    "yaml": "YAML",
    "javascript": "JavaScript",
}
_CODE = ("fence", "code_block")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
#: Where a link of that target leads; None where it leads to nothing that is shown.
Way = Callable[[str], str | None]
#: A block of code under a button that copies it: from its id, what it says, and its label.
Code = Callable[[str, str, str], str]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it, up to the next one. `level` is 1 for the title of the page."""

    level: int
    title: str
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """A text that was read."""

    tokens: Sequence[Token]
    sections: Sequence[Section]


def read(text: str) -> Read:
    """Read a page. What stands before its first heading is in no section."""
    tokens = _READER.parse(text)
    _empty_corners(tokens)
    sections: list[Section] = []
    for first, below in _by_heading(tokens):
        title = _said(tokens[first + 1])
        anchor = _anchor(title, [one.anchor for one in sections])
        tokens[first].attrSet("id", anchor)
        told = " ".join(said for said in map(_said, below) if said)
        sections.append(Section(int(tokens[first].tag[1]), title, anchor, told))
    return Read(tokens, sections)


def write(page: Read, way: Way, code: Code) -> Markup:
    """The page as HTML, whose links lead where `way` says, and whose blocks of code are framed by `code`."""
    marked: list[Token] = []
    blocks = 0
    for token in page.tokens:
        blocks += token.type in _CODE
        if token.children:
            token.children = _led(token.children, way)
        marked += _framed(token, blocks, code)
    return Markup(_READER.renderer.render(marked, _READER.options, {}))


def _empty_corners(tokens: Sequence[Token]) -> None:
    """Let a cell without words be no heading, which it would be for whoever has the page read out."""
    for before, said, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.type == "th_open" and not said.content:
            before.tag = after.tag = "td"


def _by_heading(tokens: Sequence[Token]) -> Iterator[tuple[int, Sequence[Token]]]:
    """Where each heading begins, and what stands below it."""
    starts = [place for place, one in enumerate(tokens) if one.type == "heading_open"]
    for first, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        yield first, tokens[first + 3 : end]


def _said(token: Token) -> str:
    """The words of a token, without their marks."""
    if token.type == "fence":
        return " ".join(token.content.split())
    parts = ("\n" if one.type.endswith("break") else one.content for one in token.children or ())
    return " ".join("".join(parts).split())


def _anchor(title: str, taken: Sequence[str]) -> str:
    """The anchor that the places where code is kept give such a heading, so that links work in both."""
    plain = _NOT_IN_ANCHORS.sub("", title.lower()).replace(" ", "-")
    number = sum(one == plain or re.fullmatch(f"{re.escape(plain)}-[0-9]+", one) is not None for one in taken)
    return f"{plain}-{number}" if number else plain


def _led(children: Sequence[Token], way: Way) -> list[Token]:
    """The line with its links led; one that leads nowhere is told by its words alone."""
    found, lost = [], False
    for one in children:
        if one.type == "link_open":
            target = way(str(one.attrGet("href")))
            lost = target is None
            one.attrSet("href", target or "")
        if not (lost and one.type in ("link_open", "link_close")):
            found.append(one)
        lost = lost and one.type != "link_close"
    return found


def _framed(token: Token, number: int, code: Code) -> Iterator[Token]:
    """The token, in a frame where it is wider than a phone."""
    if token.type == "table_open":
        yield _html('<div class="wide" tabindex="0" role="group" aria-label="Table">')
    if token.type in _CODE:
        told = _TOLD.get(token.info.strip(), "Text")
        yield _html(code(f"code-{number}", _typed(token.content.rstrip()), f"{told} {number}"))
    else:
        yield token
    if token.type == "table_close":
        yield _html("</div>\n")


def _typed(text: str) -> str:
    """Commands without their prompts, so that a copy of them runs; a session with its answers as it is."""
    lines = text.split("\n")
    return "\n".join(one[2:] for one in lines) if all(one.startswith("$ ") for one in lines) else text


def _html(text: str) -> Token:
    return Token("html_block", "", 0, content=text)
