"""What the trust service publishes to anybody: its roots' and authorities' certificates, CRL and OCSP.

The addresses stand in the certificates (`eidas.certificates.pages`), so they need no key.
"""

import base64
import binascii

from flask import Response, request

from sandbox.control import door
from sandbox.control.operations import Blueprint
from sandbox.eidas import authority, revocation, roots
from sandbox.eidas.roots import Issuer, Root

_CERTIFICATE, _CRL, _OCSP = "application/pkix-cert", "application/pkix-crl", "application/ocsp-response"
_PEM, _TEXT = "application/x-pem-file", "text/plain"
_FILE = {"type": "string", "format": "binary"}
_ASKED = {"content": {"application/ocsp-request": {"schema": _FILE}}, "required": True}
_DISCLOSURE = (
    "This is the test trust service of a sandbox. Its certificates are not qualified, nobody was identified,"
    " and nothing may rely on them outside the sandbox.\n"
)

blueprint = Blueprint("trust", __name__, description="What the sandbox's trust service publishes.")


@blueprint.get("/trust/root.cer")
@blueprint.doc(security=[])
@blueprint.response(200, _FILE, content_type=_CERTIFICATE)
def root() -> Response:
    """Hand out the root of all authorities here, as DER."""
    return Response(roots.of(door.work(), Root.SANDBOX).der, mimetype=_CERTIFICATE)


@blueprint.get("/trust/root.pem")
@blueprint.doc(security=[])
@blueprint.response(200, _FILE, content_type=_PEM)
def root_pem() -> Response:
    """Hand out the same root as PEM, which is what curl and most libraries take."""
    return Response(roots.of(door.work(), Root.SANDBOX).pem, mimetype=_PEM)


@blueprint.get("/trust/<workspace_id>/ca.cer")
@blueprint.doc(security=[])
@blueprint.response(200, _FILE, content_type=_CERTIFICATE)
def issuer(workspace_id: str) -> Response:
    """Hand out the certificate of a workspace's authority, as DER. Source: RFC 5280, section 4.2.2.1."""
    return Response(_authority(workspace_id).der, mimetype=_CERTIFICATE)


@blueprint.get("/trust/<workspace_id>/ca.crl")
@blueprint.doc(security=[])
@blueprint.response(200, _FILE, content_type=_CRL)
def crl(workspace_id: str) -> Response:
    """Hand out the list of what was taken back, made now by the workspace's clock, as DER."""
    world = door.published_world(workspace_id)
    return Response(revocation.crl(door.work(), world.id, world.clock.now()), mimetype=_CRL)


@blueprint.post("/trust/<workspace_id>/ocsp")
@blueprint.doc(security=[], requestBody=_ASKED)
@blueprint.response(200, _FILE, content_type=_OCSP)
def ocsp(workspace_id: str) -> Response:
    """Answer about one certificate by OCSP. Source: RFC 6960, appendix A.1."""
    return _answered(workspace_id, request.get_data())


@blueprint.get("/trust/<workspace_id>/ocsp/<path:asked>")
@blueprint.doc(security=[])
@blueprint.response(200, _FILE, content_type=_OCSP)
def ocsp_in_the_address(workspace_id: str, asked: str) -> Response:
    """Answer the same where the question stands in the address, as base64."""
    try:
        question = base64.b64decode(asked, validate=True)
    except (binascii.Error, ValueError):
        question = b""  # which is answered as malformed
    return _answered(workspace_id, question)


@blueprint.get("/trust/<workspace_id>/disclosure")
@blueprint.doc(security=[])
@blueprint.response(200, _FILE, content_type=_TEXT)
def disclosure(workspace_id: str) -> Response:
    """Say what these certificates are worth. Source: ETSI EN 319 412-5, section 4.3.4."""
    door.published_world(workspace_id)
    return Response(_DISCLOSURE, mimetype=_TEXT)


def _authority(workspace_id: str) -> Issuer:
    return authority.of(door.work(), door.published_world(workspace_id).id)


def _answered(workspace_id: str, question: bytes) -> Response:
    world = door.published_world(workspace_id)
    answer = revocation.answer(door.work(), world.id, question, world.clock.now())
    return Response(answer, mimetype=_OCSP)
