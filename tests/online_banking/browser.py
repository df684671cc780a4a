"""A PSU's browser without JavaScript, and the first steps in it."""

import re
from html.parser import HTMLParser


class Form(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.token, self.ids = "", set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if found.get("name") == "csrf_token":
            self.token = found["value"]


class Browser:
    """A browser without JavaScript: it follows redirects within the bank and keeps its cookies."""

    def __init__(self, town):
        self.client = town.client()
        self.page = None

    def open(self, path, **headers):
        return self._land(self.client.get(path, headers=headers))

    def send(self, path, **fields):
        token = Form(self.page.text).token
        return self._land(self.client.post(path, data={"csrf_token": token, **fields}))

    def _land(self, answer):
        self.path = answer.request.path
        while answer.status_code == 303 and answer.location.startswith("/"):
            answer = self.client.get(answer.location)
        self.page = answer
        self.ids = Form(answer.text).ids
        return answer


def log_in(browser, link, login="kari", password="secret-no-1"):
    browser.open(link)
    browser.send(link, login=login)
    return browser.send(f"{link}/password", password=password)


def through_methods(browser, link):
    if "methods" in browser.ids:
        browser.send(f"{link}/method", method=re.search(r'id="method-([^"]+)"', browser.page.text)[1])


def in_english(browser, path):
    """The text of a page in English; the pages stay so."""
    return browser.open(f"{path}?lang=en").text
