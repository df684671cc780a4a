"""A PSU with a browser that has no script, over TLS: from the TPP's link to the way back."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class _Page(HTMLParser):
    """What a page has: the ids of its elements, and the fields of its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text, self.ids, self.fields = text, set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if tag == "input":
            self.fields.append(found)

    def values(self, name, *, ticked=False):
        """The values of the fields of that name; of those that are ticked alone, if one wants."""
        named = [one for one in self.fields if one.get("name") == name]
        return [one.get("value", "") for one in named if not ticked or "checked" in one]


@dataclass
class Psu:
    """Who says yes: their user name and password at the bank."""

    username: str
    password: str
    root: str

    def agree(self, link: str) -> str:
        """Go to the bank by the TPP's link and say yes; where the browser is sent at the end."""
        with requests.Session() as browser:
            browser.verify, browser.trust_env = self.root, False
            self._browser = browser
            page, home = self._open("GET", link)
            home = home.split("?")[0]
            page, _ = self._open("POST", home, page, login=self.username)
            page, _ = self._open("POST", f"{home}/password", page, password=self.password)
            if "choose" in page.ids:
                ticked = page.values("account", ticked=True)
                page, _ = self._open("POST", f"{home}/accounts", page, account=ticked)
            if "methods" in page.ids:
                page, _ = self._open("POST", f"{home}/method", page, method=page.values("method")[0])
            code = re.search(r'id="code-for-testing"[^>]*>\s*(\d+)', page.text)[1]
            _, away = self._open("POST", f"{home}/code", page, code=code)
            return away

    def tap(self, bank: str, workspace: str) -> None:
        """Open the bank's app and say yes to the one thing that waits there."""
        with requests.Session() as browser:
            browser.verify, browser.trust_env = self.root, False
            self._browser = browser
            home = f"{bank}/online-banking/app"
            page, _ = self._open("GET", f"{home}?w={workspace}&lang=en")
            fields = {"workspace": workspace, "login": self.username, "password": self.password}
            page, _ = self._open("POST", home, page, **fields)
            [waiting] = {one for one in page.ids if one and one.startswith("authorisation-")}
            accounts = {"account": page.values("account")} if page.values("account") else {}
            path = f"{home}/{waiting.removeprefix('authorisation-')}/approve"
            self._open("POST", path, page, **accounts)

    def _open(self, verb, address, page=None, /, **fields):
        """A page and its address, redirects within the bank followed; at the end the address alone."""
        if page is not None:
            fields["csrf_token"] = page.values("csrf_token")[0]
        kept = {"allow_redirects": False, "timeout": 30}
        answer = self._browser.request(verb, address, data=fields or None, **kept)
        origin = "/".join(address.split("/")[:3])
        while answer.status_code == 303:
            onward = urljoin(address, answer.headers["Location"])
            if not onward.startswith(f"{origin}/"):
                return None, onward
            address = onward
            answer = self._browser.get(address, **kept)
        assert answer.status_code < 400, answer.text
        return _Page(answer.text), address
