"""A PSU at the bank's own pages, with a browser that runs no script: from the app's link to the way back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from sandbox.testing.calling import NO_TLS, SECONDS
from sandbox.testing.people import Person

_PAGES_MAX = 12
_CODE = re.compile(r'id="code-for-testing"[^>]*>\s*(\d+)')
_DECLINE = "/decline"


class PageUnexpected(AssertionError):
    """The bank shows a page that leads nowhere: the link is spent, the password is wrong, …"""


@dataclass(slots=True)
class _Form:
    """A form of a page: where it goes, and what it holds until somebody writes into it."""

    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


class _Page(HTMLParser):
    """The forms of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.forms = text, list[_Form]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, and what belongs to it."""
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(_Form(found.get("action", "")))
        elif tag == "input" and self.forms and "name" in found:
            self._note(self.forms[-1], found)

    def _note(self, form: _Form, found: dict[str, str]) -> None:
        name, kind = found["name"], found.get("type", "text")
        # Of several methods the first is taken where none is ticked.
        ticked = "checked" in found or (kind == "radio" and name not in form.names)
        form.names.add(name)
        if kind == "hidden" or (kind in ("checkbox", "radio") and ticked):
            form.values = [one for one in form.values if kind != "radio" or one[0] != name]
            form.values.append((name, found.get("value", "")))


def agree(link: str, psu: Person, accounts: Sequence[str] = ()) -> str:
    """Open an app's link, log in, and say yes; the address to which the bank sends the browser at the end.

    `accounts` are ids of those to choose, where the page lets them choose; what is ticked, without them.
    Raises PageUnexpected.
    """
    return _visit(link, {"login": psu.username, "password": psu.password}, accounts, yes=True)


def decline(link: str, psu: Person) -> str:
    """Open an app's link, log in, and say no; where the bank sends the browser. Raises PageUnexpected."""
    return _visit(link, {"login": psu.username, "password": psu.password}, (), yes=False)


def _visit(link: str, secrets: dict[str, str], accounts: Sequence[str], *, yes: bool) -> str:
    with httpx.Client(timeout=SECONDS, trust_env=False, verify=NO_TLS) as browser:
        answer = browser.get(link)
        for _ in range(_PAGES_MAX):
            while answer.has_redirect_location:
                onward = urljoin(str(answer.url), answer.headers["Location"])
                if httpx.URL(onward).netloc != answer.url.netloc:
                    return onward
                answer = browser.get(onward)
            page = _Page(answer.text)
            form = _form_of(page, answer, secrets, yes=yes)
            target = urljoin(str(answer.url), form.action)
            answer = browser.post(target, data=_filled(form, page, secrets, accounts))
    raise PageUnexpected(f"{link} leads to more than {_PAGES_MAX} pages")


def _form_of(page: _Page, answer: httpx.Response, secrets: dict[str, str], *, yes: bool) -> _Form:
    """The form by which the visit goes on: the step's own, or the no once the PSU is logged in."""
    steps = [one for one in page.forms if not one.action.endswith(_DECLINE)]
    logging_in = any(secrets.keys() & one.names for one in steps)
    if not yes and not logging_in:
        steps = [one for one in page.forms if one.action.endswith(_DECLINE)]
    if answer.is_error or not steps:
        raise PageUnexpected(f"{answer.url} -> {answer.status_code}\n{answer.text}")
    return steps[-1]


def _filled(
    form: _Form, page: _Page, secrets: dict[str, str], accounts: Sequence[str]
) -> dict[str, str | list[str]]:
    """What is sent: what the form holds, what the PSU knows, and the code that the page shows for testing."""
    chosen = [one for one in form.values if not (accounts and one[0] == "account")]
    chosen += [("account", one) for one in accounts if "account" in form.names]
    chosen += [(name, value) for name, value in secrets.items() if name in form.names]
    code = _CODE.search(page.text)
    if code and "code" in form.names:
        chosen.append(("code", code[1]))
    return {name: [value for other, value in chosen if other == name] for name, _ in chosen}
