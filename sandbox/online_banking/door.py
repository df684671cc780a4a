"""The door to the online bank: who is signed in, and in which world."""

from typing import Any

from flask import request
from flask import session as cookie
from werkzeug.wrappers import Response

from sandbox.bank import customers
from sandbox.bank.bank import Bank
from sandbox.bank.customers import PsuBlocked, PsuUnknown
from sandbox.gateway import context
from sandbox.online_banking import page, session
from sandbox.workspaces.workspace import WorkspaceUnknown


def signed_in() -> tuple[Bank, str] | None:
    """The bank in the world of whoever is signed in, and who it is; None where nobody is.

    A link that names another workspace asks to sign in there.
    """
    held = session.signed_in()
    if held is None or request.args.get("w", held[0]) != held[0]:
        return None
    try:
        bank = context.for_workspace(held[0]).bank
        bank.people.move_in(bank, held[1])
        customers.get(bank, held[1])
    except (WorkspaceUnknown, PsuUnknown):
        session.sign_out()
        return None
    return bank, held[1]


def ask(title: str, lead: str) -> Response:
    """The page on which to sign in."""
    return _show(title, lead, workspace=request.args.get("w", ""))


def sign_in(title: str, lead: str, path: str) -> Response:
    """Take user name and password, and go on to `path`."""
    login, workspace = request.form.get("login", "").strip(), request.form.get("workspace", "").strip()
    fault = _fault(workspace, login, request.form.get("password", ""))
    if fault:
        return _show(title, lead, 422, login=login, workspace=workspace, fault=page.language().say(fault))
    return page.go(path)


def _fault(workspace: str, login: str, password: str) -> str | None:
    """Why that is nobody, as the key of a text; None when they are signed in."""
    try:
        bank = context.for_workspace(workspace).bank
        customer = customers.identify(bank, login)
    except WorkspaceUnknown:
        return "workspace_unknown"
    except PsuUnknown:
        return "unknown_psu"
    except PsuBlocked:
        return "blocked_psu"
    if not customers.password_is_right(bank, customer, password):
        return "wrong_password"
    session.sign_in(workspace, customer.person_id)
    return None


def _show(
    title: str, lead: str, status: int = 200, *, workspace: str, login: str = "", fault: str | None = None
) -> Response:
    return page.show(
        "sign_in.html", status, title=title, lead=lead, login=login, workspace=workspace, fault=fault
    )


def show(template: str, tab: str, bank: Bank, person_id: str, **values: Any) -> Response:
    """A page of whoever is signed in, with what the last form had to say."""
    said = cookie.pop("said", None)
    text = page.language().say(said["key"], app=said["app"]) if said else None
    notice, fault = (None, text) if said and said["fault"] else (text, None)
    name = customers.get(bank, person_id).name
    return page.show(template, tab=tab, person=name, notice=notice, fault=fault, **values)


def say_next(key: str, app: str = "", *, fault: bool = False) -> None:
    """Leave word for the next page."""
    cookie["said"] = {"key": key, "app": app, "fault": fault}
