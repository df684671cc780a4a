"""Certificates: order one for an app, good or with a fault, list them, take one back."""

from typing import Any

from cryptography import x509

from sandbox.control import door, shown_trust
from sandbox.control.operations import Blueprint
from sandbox.control.schemas_trust import (
    Certificate,
    CertificateBundle,
    CertificateList,
    CertificateOrder,
    CertificatesQuery,
    RevocationOrder,
)
from sandbox.eidas import certificates, holders
from sandbox.eidas.certificates import CertificateKind, KeyAlgorithm, Order, SpecialOrder
from sandbox.kernel.ids import new_secret
from sandbox.workspaces import apps

blueprint = Blueprint("certificates", __name__, description="The certificates of the apps.")


@blueprint.post("/certificates")
@blueprint.arguments(CertificateOrder, required=False)
@blueprint.response(201, CertificateBundle)
def issue(order: dict[str, Any]) -> dict[str, Any]:
    """Issue a certificate to an app, for two years of the workspace's clock, ready to use."""
    world = door.own_world()
    app = apps.get(door.work(), world.id, order.get("app_id") or door.own_app_id())
    holder = holders.of(door.work(), app)
    issuance = certificates.issue(door.work(), world, holder, ordered(order, door.services().trust_origin))
    return shown_trust.bundle(issuance, order.get("passphrase") or new_secret())


@blueprint.get("/certificates")
@blueprint.arguments(CertificatesQuery, location="query")
@blueprint.response(200, CertificateList)
def every(query: dict[str, str]) -> dict[str, Any]:
    """List the certificates of the workspace, or of one app, oldest first."""
    found = certificates.every(door.work(), door.own_world().id, query.get("app_id"))
    return {"certificates": [shown_trust.certificate(one) for one in found]}


@blueprint.get("/certificates/<serial>")
@blueprint.response(200, Certificate)
def one(serial: str) -> dict[str, Any]:
    """Show a certificate. Its key was shown once and is not kept."""
    return shown_trust.certificate(certificates.get(door.work(), door.own_world().id, serial))


@blueprint.post("/certificates/<serial>/revoke")
@blueprint.arguments(RevocationOrder, required=False)
@blueprint.response(200, Certificate)
def revoke(order: dict[str, str], serial: str) -> dict[str, Any]:
    """Take a certificate back: the next call that shows it is refused. `certificateHold` may be lifted."""
    world = door.own_world(writing=True)
    issued = certificates.get(door.work(), world.id, serial)
    certificates.revoke(door.work(), world, issued, x509.ReasonFlags(order["reason"]))
    return shown_trust.certificate(issued)


@blueprint.post("/certificates/<serial>/release")
@blueprint.response(200, Certificate)
def release(serial: str) -> dict[str, Any]:
    """Lift the block of a certificate; one that was revoked for good stays so."""
    world = door.own_world(writing=True)
    issued = certificates.get(door.work(), world.id, serial)
    certificates.release(door.work(), issued)
    return shown_trust.certificate(issued)


def ordered(order: dict[str, Any], origin: str) -> Order:
    """What is asked for, as the authority takes it. `origin` is where its pages are."""
    return Order(
        CertificateKind(order["kind"]),
        origin,
        KeyAlgorithm(order["algorithm"]),
        SpecialOrder(order["special"]) if order.get("special") else None,
        order["csr"].encode() if order.get("csr") else None,
        tuple(order.get("domains") or ()),
    )
