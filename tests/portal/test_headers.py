"""The headers of every page: to strangers and to members, of forms and of errors, and where there is TLS."""

import re

import pytest
from werkzeug.test import Client

from sandbox.workspaces.members import Role
from tests.conftest import open_sandbox
from tests.portal.test_access import KEY, Browser, _portal, joined, public

__all__ = ["public"]

NAMES = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def test_every_page_and_every_answer_to_a_form_is_guarded(public):
    known = joined(public, role=Role.OWNER)
    rules = [one for one in _portal(public).url_map.iter_rules() if one.endpoint != "static"]

    for browser in (Browser(public), known):
        for rule in rules:
            path = re.sub("<[^>]+>", "test", str(rule))
            answers = [browser.get(path)] if "GET" in rule.methods else []
            answers += [browser.post(path, "wrong token")] if "POST" in rule.methods else []
            for answer in answers:
                assert {name: answer.headers.get(name) for name in NAMES} == NAMES, path
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy, path
                assert "unsafe" not in policy, path
                assert not re.search(r"<script(?! src)|\son\w+=|\sstyle=", answer.text), path


@pytest.mark.parametrize(
    ("origin", "strangers", "address", "told"),
    [
        ("https://bank.example", True, "192.0.2.1", True),
        ("https://bank.example", True, "203.0.113.9", False),  # past the proxy, at the plain port
        ("http://bank.example", True, "192.0.2.1", False),
        ("https://localhost:8443", False, "192.0.2.1", False),
    ],
)
def test_browsers_that_came_by_tls_are_told_to_come_by_nothing_else(
    make_database_url, tmp_path, origin, strangers, address, told
):
    settings = {"public": strangers, "admin_key": KEY, "public_origin": origin}
    opened = open_sandbox(make_database_url("sqlite"), tmp_path, trusted_proxies="192.0.2.1", **settings)

    for path in ("/", "/_portal/", "/_portal/nowhere", "/_portal/static/portal.css"):
        answer = Client(opened.app).get(
            path, headers={"Accept": "text/html"}, environ_overrides={"REMOTE_ADDR": address}
        )
        said = answer.headers.get("Strict-Transport-Security")
        assert said == ("max-age=31536000" if told else None), path
        answer.close()

    opened.services.journal.close()
    opened.database.close()
