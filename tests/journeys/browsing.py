"""A PSU at a real browser: from the TPP's link to the yes, by whatever pages their bank has on the way."""


def press(page, selector):
    """Click on what leads to another page, and wait until that page is there: a click alone does not."""
    with page.expect_navigation():
        page.click(selector)


def go_through(page, link, username, password):
    """From the TPP's link to the yes; the account that was ticked on the way, if any."""
    page.goto(link)
    page.fill("#login", username)
    press(page, "#continue")
    page.fill("#password", password)
    press(page, "#continue")
    picked = page.locator("#accounts input:checked")
    account = picked.first.get_attribute("value") if picked.count() else None
    press(page, "#continue")
    if page.locator("#methods").count():
        press(page, "#continue")
    if page.locator("#code").count():
        page.fill("#code", page.inner_text("#code-for-testing"))
    press(page, "#give-access")
    return account
