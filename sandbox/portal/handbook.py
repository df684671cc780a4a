"""The handbook: the pages of the documentation, how they lead to one another, and what is found in them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath
from textwrap import shorten

from markupsafe import Markup, escape

from sandbox.kernel import places
from sandbox.portal import markdown
from sandbox.portal.markdown import Read, Section

README = "README"
_FOLDER = "docs"
_ROUND, _LEAD = 110, 140
_WORDS_MAX = 8


@dataclass(frozen=True)
class Page:
    """One page. `name` is its path below docs without the ending; the README is one of them."""

    name: str
    source: str

    @cached_property
    def read(self) -> Read:
        """What stands there."""
        return markdown.read(self.source)

    @property
    def title(self) -> str:
        """Its first heading."""
        return self.read.sections[0].title

    @property
    def lead(self) -> str:
        """How it begins."""
        return shorten(self.read.sections[0].text, _LEAD, placeholder=" …")

    @property
    def path(self) -> str:
        """Where it lies in the repository."""
        return f"{README}.md" if self.name == README else f"{_FOLDER}/{self.name}.md"


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which every word of a search stands, and the words around the first of them."""

    page: Page
    section: Section
    excerpt: Markup


def every() -> Mapping[str, Page]:
    """Every page by its name: the README, then the folder, its own pages first."""
    top = places.docs()
    found = sorted(top.rglob("*.md"), key=lambda one: (len(one.parts), one))
    names = {one.relative_to(top).with_suffix("").as_posix(): one for one in found}
    pages = [Page(name, one.read_text(encoding="utf-8")) for name, one in names.items()]
    return {one.name: one for one in (Page(README, places.readme()), *pages)}


def lead_to(page: Page, target: str, names: Mapping[str, Page]) -> str | None:
    """Where a link on that page leads: to a page by its name and anchor, or outside as it is.

    None where it leads to a file that the handbook does not have.
    """
    if re.match(r"[a-z]+:", target) or target.startswith("#"):
        return target
    path, sharp, anchor = target.partition("#")
    lies = normpath(join(dirname(page.path), path))
    name = lies.removesuffix(".md").removeprefix(f"{_FOLDER}/")
    return f"/docs/{name}{sharp}{anchor}" if name in names and names[name].path == lies else None


def search(words: str) -> list[Hit]:
    """The sections in which all those words stand, in any case; headings that have them come first."""
    wanted = list(dict.fromkeys(words.casefold().split()))[:_WORDS_MAX]
    if not wanted:
        return []
    found = [hit for page in every().values() for hit in _hits(page, wanted)]
    return sorted(found, key=lambda hit: -sum(one in hit.section.title.casefold() for one in wanted))


def _hits(page: Page, wanted: Sequence[str]) -> Iterator[Hit]:
    for section in page.read.sections:
        told = f"{section.title} {section.text}".casefold()
        if all(one in told for one in wanted):
            yield Hit(page, section, _excerpt(section.text, wanted))


def _excerpt(text: str, wanted: Sequence[str]) -> Markup:
    """The text around the first of the words, which are marked."""
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    first = pattern.search(text)
    middle = first.start() if first else 0
    start, end = max(0, middle - _ROUND), middle + _ROUND
    shown = text[start:end]
    marked, last = Markup(), 0
    for one in pattern.finditer(shown):
        marked += escape(shown[last : one.start()]) + Markup("<mark>{}</mark>").format(one[0])
        last = one.end()
    return ("… " if start else "") + marked + escape(shown[last:]) + (" …" if end < len(text) else "")
