"""The docs: the pages of the repository, with a search over them."""

from flask import Blueprint, abort, get_template_attribute, request
from werkzeug.wrappers import Response

from sandbox.portal import handbook, markdown, page

views = Blueprint("reading", __name__, url_prefix="/docs")
_GROUPS = (("", "Guides"), ("standards", "Standards"), ("security", "Security"), ("decisions", "Decisions"))
_HITS_MAX = 40
_SOUGHT_MAX = 200
#: From how many sections on a page says what it has.
_SECTIONS_MIN = 4


@views.get("/", strict_slashes=False)
def index() -> Response:
    """Say which pages there are, or in which of them the words of `q` stand."""
    sought = request.args.get("q", "")[:_SOUGHT_MAX].strip()
    pages = list(handbook.every().values())
    grouped = [(title, [one for one in pages if _group(one) == group]) for group, title in _GROUPS]
    hits = handbook.search(sought)
    return page.show(
        "docs.html", tab="docs", sought=sought, groups=grouped, hits=hits[:_HITS_MAX], found=len(hits)
    )


@views.get("/<path:name>")
def show(name: str) -> Response:
    """Show one page."""
    if name.endswith(".md"):
        return page.go(f"/docs/{name.removesuffix('.md')}")
    pages = handbook.every()
    if name not in pages:
        abort(404)
    shown = pages[name]

    def way(target: str) -> str | None:
        led = handbook.lead_to(shown, target, pages)
        return page.address(led) if led and led.startswith("/") else led

    sections = [one for one in shown.read.sections if one.level == 2]
    return page.show(
        "doc.html",
        tab="docs",
        shown=shown,
        text=markdown.write(shown.read, way, get_template_attribute("parts.html", "command")),
        sections_of_page=sections if len(sections) >= _SECTIONS_MIN else [],
    )


def _group(one: handbook.Page) -> str:
    return one.name.rpartition("/")[0]
