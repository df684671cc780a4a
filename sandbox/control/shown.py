"""How worlds, apps, members, clocks and people are shown; the command line shows them the same way."""

from typing import Any

from sandbox.bank.events import Delivery, Told, Webhook
from sandbox.delivery import Attempt
from sandbox.kernel.clock import Clock, instant_text
from sandbox.population.directory import Found
from sandbox.workspaces import invitations
from sandbox.workspaces.apps import App
from sandbox.workspaces.hackathon import Team
from sandbox.workspaces.invitations import Invitation, Terms
from sandbox.workspaces.members import Member
from sandbox.workspaces.workspace import Workspace


def clock(of: Clock) -> dict[str, Any]:
    """When it is."""
    return {"mode": of.mode.value, "now": instant_text(of.now())}


def workspace(world: Workspace) -> dict[str, Any]:
    """A world."""
    return {
        "id": world.id,
        "title": world.title,
        "seed": world.seed,
        "strictness": world.strictness,
        "created_at": instant_text(world.created_at),
        "clock": clock(world.clock),
    }


def app(one: App, key: str | None = None) -> dict[str, Any]:
    """An app, with its key where that has just been made."""
    shown = {
        "id": one.id,
        "name": one.name,
        "created_at": instant_text(one.created_at),
        "strictness": one.strictness,
    }
    if one.yes_by is not None:
        shown["yes_by"] = one.yes_by
    return shown if key is None else {**shown, "key": key}


def member(one: Member) -> dict[str, Any]:
    """A member of the team."""
    return {"id": one.id, "name": one.name, "role": one.role, "joined_at": instant_text(one.joined_at)}


def person(found: Found) -> dict[str, Any]:
    """A person as lists show them."""
    one = found.person
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "country": one.country,
        "persona": one.persona,
        "member": one.member,
        "born_on": one.born_on.isoformat() if one.born_on else None,
        "standing": one.standing.value,
        "username": one.username,
        "password": one.password,
        "banks": list(found.banks),
    }


def person_whole(found: Found) -> dict[str, Any]:
    """A person with everything but the accounts."""
    one = found.person
    return {
        **person(found),
        "national_id": one.national_id,
        "email": one.email,
        "phone": one.phone,
        "street": one.street,
        "postcode": one.postcode,
        "town": one.town,
    }


def delivery(one: Delivery) -> dict[str, Any]:
    """An event on its way to an address."""
    return {
        "id": one.id,
        "uri": one.uri,
        "state": one.state,
        "attempts": one.attempts,
        "due_at": instant_text(one.due_at),
    }


def event(told: Told) -> dict[str, Any]:
    """An event and where its deliveries stand."""
    one = told.event
    return {
        "id": one.id,
        "kind": one.kind,
        "bank": one.bank_id,
        "app_id": one.app_id,
        "subject": one.subject,
        "subject_id": one.subject_id,
        "what": one.payload,
        "at": instant_text(one.at),
        "deliveries": [delivery(each) for each in told.deliveries],
    }


def webhook(one: Webhook, *, secret: bool = False) -> dict[str, Any]:
    """A webhook; its secret only where it has just been made."""
    document = {"id": one.id, "uri": one.uri, "types": one.types, "created_at": instant_text(one.created_at)}
    return {**document, **({"secret": one.secret} if secret else {})}


def attempt(one: Attempt) -> dict[str, Any]:
    """One attempt of a delivery."""
    return {"number": one.number, "at": instant_text(one.at), "request": one.request, "answer": one.answer}


def invitation(one: Invitation, code: str | None = None, origin: str = "") -> dict[str, Any]:
    """A way into a workspace, with its code and link where it has just been made."""
    shown = {
        "id": one.id,
        "role": one.role,
        "uses_max": one.uses_max,
        "used": one.used,
        "standing": one.standing.value,
        "created_at": instant_text(one.created_at),
        "expires_at": instant_text(one.expires_at),
    }
    return shown if code is None else {**shown, "code": code, "link": invitations.link(origin, code)}


def terms(of: Terms) -> str:
    """Whom an invitation lets in, for the audit."""
    return f"as {of.role.value}, {of.uses_max or 'any'} use{'s' * (of.uses_max != 1)}"


def team(one: Team, origin: str) -> dict[str, Any]:
    """A team of a hackathon, with its way in."""
    return {
        "workspace": one.workspace.id,
        "code": one.code,
        "link": invitations.link(origin, one.code),
        "expires_at": instant_text(one.invitation.expires_at),
    }
