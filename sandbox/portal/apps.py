"""The apps of a workspace: their keys, where a PSU is sent back to, how strictly they are treated, papers."""

import io
import zipfile
from dataclasses import replace
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import CertificateKind, Issuance, Order
from sandbox.gateway import context
from sandbox.kernel.clock import instant_text
from sandbox.kernel.ids import new_secret
from sandbox.portal import access, page, session
from sandbox.workspaces import apps, software
from sandbox.workspaces.apps import App
from sandbox.workspaces.workspace import Workspace

views = Blueprint("apps", __name__, url_prefix="/w/<workspace_id>/apps")
_RUNGS = {"": "as the workspace says", **page.RUNGS}
_KINDS = {
    CertificateKind.QWAC.value: "QWAC, for the TLS connection",
    CertificateKind.QSEAL.value: "QSealC, for signatures",
}


@views.get("")
def every(workspace_id: str) -> Response:
    """List the apps."""
    world = access.world(workspace_id)
    return page.show("apps.html", tab="apps", world=world, apps=apps.every(access.work(), world.id))


@views.post("")
def create(workspace_id: str) -> Response:
    """Register an app, and show its key."""
    world = access.world(workspace_id, writing=True)
    name = request.form.get("name", "").strip()[:120] or "app"
    app, key = apps.create(access.work(), world, name, access.allow_app(world))
    access.note(world.id, "app.create", name)
    session.keep_key(app.id, key)
    return page.go(page.of_world(world, f"/apps/{app.id}"))


@views.get("/<app_id>")
def one(workspace_id: str, app_id: str) -> Response:
    """Show an app."""
    world = access.world(workspace_id)
    return _show(world, apps.get(access.work(), world.id, app_id))


@views.post("/<app_id>/key")
def renew(workspace_id: str, app_id: str) -> Response:
    """Give the app a new key; the old one is refused from now on."""
    world = access.acting(workspace_id, "app.key", app_id)
    app = apps.get(access.work(), world.id, app_id)
    session.keep_key(app.id, apps.renew(app, access.role(world.id)))
    session.say_next("A new key. The old one is refused from now on.")
    return page.go(page.of_world(world, f"/apps/{app.id}"))


@views.post("/<app_id>")
def change(workspace_id: str, app_id: str) -> Response:
    """Change the redirect URIs and the rung."""
    world = access.world(workspace_id, writing=True)
    work = access.work()
    app = apps.get(work, world.id, app_id)
    uris = tuple(request.form.get("redirect_uris", "").split())
    try:
        software.check_redirect_uris(uris)
    except software.RedirectUriUnfit as error:
        return _show(world, app, 422, error.text)
    access.note(world.id, "app.change", app_id)
    rung = request.form.get("strictness", "")
    app.strictness = rung if rung and rung in _RUNGS else None
    registration = software.of_app(work, world.id, app.id)
    software.register(work, registration, replace(software.registered(registration), redirect_uris=uris))
    session.say_next("Saved. It counts from the next call on.")
    return page.go(page.of_world(world, f"/apps/{app.id}"))


@views.post("/<app_id>/certificate")
def certify(workspace_id: str, app_id: str) -> Response:
    """Issue a certificate, and hand out all that its holder needs as one file."""
    world = access.world(workspace_id)
    work = access.work()
    app = apps.get(work, world.id, app_id)
    kind = request.form.get("kind", "")
    kind = kind if kind in _KINDS else CertificateKind.QWAC.value
    order = Order(CertificateKind(kind), context.visit().services.trust_origin)
    issuance = certificates.issue(work, world, holders.of(work, app), order)
    access.note(world.id, "certificate.issue", f"{kind} for {app_id}")
    answer = Response(_zipped(issuance, kind), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{app_id}-{kind}.zip"'
    return answer


@views.post("/<app_id>/delete")
def delete(workspace_id: str, app_id: str) -> Response:
    """Forget the app; its key is refused from now on."""
    world = access.acting(workspace_id, "app.delete", app_id)
    app = apps.get(access.work(), world.id, app_id)
    apps.delete(access.work(), app)
    session.say_next(f"{app.name} is gone, and its key with it.")
    return page.go(page.of_world(world, "/apps"))


def _show(world: Workspace, app: App, status: int = 200, fault: str | None = None) -> Response:
    work = access.work()
    registration = software.of_app(work, world.id, app.id)
    issued = certificates.every(work, world.id, app.id)
    values: dict[str, Any] = {"fault": fault, "rungs": _RUNGS, "kinds": _KINDS}
    return page.show(
        "app.html",
        status,
        tab="apps",
        world=world,
        app=app,
        key=session.kept_key(app.id),
        registration=registration,
        uris=request.form.get("redirect_uris", "\n".join(registration.redirect_uris)),
        certificates=[(one, instant_text(one.not_after)[:10]) for one in issued],
        **values,
    )


def _zipped(issuance: Issuance, kind: str) -> bytes:
    """The papers as a file: PEM texts, and key and chain as PKCS#12 with its passphrase beside it."""
    passphrase = new_secret()
    made = certificates.bundle(issuance, passphrase)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{kind}.pem", made.certificate)
        file.writestr(f"{kind}-chain.pem", made.chain)
        file.writestr("root.pem", made.root)
        if made.key is not None and made.pkcs12 is not None:
            file.writestr(f"{kind}.key", made.key)
            file.writestr(f"{kind}.p12", made.pkcs12)
            file.writestr("passphrase.txt", f"{passphrase}\n")
    return held.getvalue()
