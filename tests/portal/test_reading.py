"""The docs in the portal: every page and link of the repository, and found again."""

import re

import pytest

from sandbox.portal import handbook, markdown

DOCS = "/_portal/docs/"


def test_every_page_of_the_repository_is_shown(sandbox):
    index = sandbox.client.get(DOCS).text

    for name, page in handbook.every().items():
        shown = sandbox.client.get(f"{DOCS}{name}")
        assert shown.status_code == 200, name
        assert f'href="{DOCS}{name}"' in index
        assert page.title in shown.text.replace("&#39;", "'").replace("&amp;", "&"), name


def test_every_link_inside_a_page_leads_to_a_heading_that_is_there(sandbox):
    pages = handbook.every()
    anchors = {name: {one.anchor for one in page.read.sections} for name, page in pages.items()}
    lost = []

    for name in pages:
        for path, anchor in re.findall(
            r'<a href="([^"#]*)#([^"]+)"', sandbox.client.get(f"{DOCS}{name}").text
        ):
            target = path.removeprefix(DOCS) if path else name
            if anchor not in anchors.get(target, ()):
                lost.append((name, path, anchor))

    assert lost == []


def test_links_between_pages_lead_to_pages():
    pages = handbook.every()

    def way(name, target):
        return handbook.lead_to(pages[name], target, pages)

    assert way("README", "docs/architecture.md") == "/docs/architecture"
    assert way("security/oauth", "../control.md#the-directory") == "/docs/control#the-directory"
    assert way("security/oauth", "README.md") == "/docs/security/README"
    assert way("architecture", "../README.md") == "/docs/README"
    assert way("architecture", "https://example.com/a.md") == "https://example.com/a.md"
    assert way("architecture", "../sandbox/app.py") is None
    assert way("architecture", "../../../etc/passwd") is None


def test_headings_that_are_alike_have_anchors_of_their_own():
    page = markdown.read("# What's `new`?\n\n## Limits\n\n## Limits\n\nA [link](x.md) and <b>raw</b> words.")

    written = markdown.write(page, lambda _: None, lambda _, text, __: text)
    assert [one.anchor for one in page.sections] == ["whats-new", "limits", "limits-1"]
    assert "<b>" not in written
    assert "x.md" not in written


def test_a_search_finds_the_sections_in_which_every_word_stands(sandbox):
    found = handbook.search("Retry-After 429") or handbook.search("idempotency key")

    assert found
    assert all("<mark>" in hit.excerpt for hit in found)
    answer = sandbox.client.get(DOCS, query_string={"q": "DECOUPLED app"})
    assert re.search(r"[0-9]+ sections say", answer.text)


@pytest.mark.parametrize("sought", ["zebra-unicorn", "<script>alert(1)</script>", "((((", "x " * 5000])
def test_a_search_for_what_nobody_says_says_so(sandbox, sought):
    answer = sandbox.client.get(DOCS, query_string={"q": sought})

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("name", ["nowhere", "../setup.cfg", "security/../../setup", "a" * 4000])
def test_a_page_that_is_not_there_is_not_found(sandbox, name):
    assert sandbox.client.get(f"{DOCS}{name}").status_code == 404


def test_an_address_with_the_ending_of_the_file_leads_to_the_page(sandbox):
    answer = sandbox.client.get(f"{DOCS}security/oauth.md")

    assert answer.status_code == 303
    assert answer.location == f"{DOCS}security/oauth"


@pytest.mark.browser
def test_code_in_the_docs_is_copied_by_a_button(served, page):
    page.goto(f"{served}{DOCS}README")
    block = page.locator(".command").first

    block.get_by_role("button", name="Copy").click()

    assert page.evaluate("navigator.clipboard.readText()") == block.locator("code").inner_text()
