"""What every page has: the bank's look, the language, and addresses that keep the public prefix."""

from typing import Any

from flask import redirect, render_template, request, session
from werkzeug.wrappers import Response

from sandbox.gateway import context, forms
from sandbox.online_banking import words
from sandbox.online_banking.session import bank_path
from sandbox.online_banking.words import Words


def language() -> Words:
    """The language of this answer: the one chosen, else what the browser prefers of those the bank speaks."""
    spoken = {one.code: one for one in words.of_bank(context.profile().languages)}
    chosen = request.args.get("lang") or session.get("lang")
    if chosen in spoken:
        if chosen != session.get("lang"):
            session["lang"] = chosen
        return spoken[chosen]
    preferred = request.accept_languages.best_match(list(spoken), default=next(iter(spoken)))
    return spoken[str(preferred)]


def address(path: str) -> str:
    """The path of one of this bank's pages, as the browser has to ask for it."""
    return f"{bank_path()}{path}"


def show(template: str, status: int = 200, **values: Any) -> Response:
    """Render a page."""
    spoken = language()
    body = render_template(
        template,
        bank=context.profile(),
        words=spoken,
        say=spoken.say,
        count=spoken.count,
        address=address,
        languages=words.of_bank(context.profile().languages),
        here=address(request.path),
        form_token=forms.token,
        origin=context.visit().services.origin,
        **values,
    )
    return Response(body, status=status, mimetype="text/html")


def go(path: str) -> Response:
    """Send the browser to another page of this bank."""
    return redirect(address(path), 303)


def problem(
    key: str, status: int, *, text: str | None = None, back: str | None = None, app_name: str = ""
) -> Response:
    """A page that says what went wrong and what to do; `back` leads to the TPP."""
    text = text or language().say(key)
    return show("problem.html", status, key=key, text=text, back=back, app_name=app_name)
