"""What a token is bound to: the key of a DPoP proof, or the client's certificate. RFC 9449 5, RFC 8705 3."""

from collections.abc import Mapping

from flask import request

from sandbox.bank.bank import Bank
from sandbox.bank.profile import SecurityProfile
from sandbox.gateway import dpop
from sandbox.gateway.dpop import Call, NonceMissing, ProofWrong
from sandbox.oauth import certificates, door, errors
from sandbox.oauth.client_auth import Authenticated
from sandbox.oauth.redeeming import CERTIFICATE, KEY

#: Whose tokens are bound to the client's certificate whenever one is shown.
_BY_CERTIFICATE = (
    SecurityProfile.FAPI1_ADVANCED,
    SecurityProfile.FAPI2_SECURITY,
    SecurityProfile.FAPI2_MESSAGE_SIGNING,
    SecurityProfile.CIBA,
)


def of(here: Authenticated) -> Mapping[str, str]:
    """The `cnf` of tokens that this request gets: of the proof, if there is one, else of the certificate.

    Raises InvalidDpopProof, UseDpopNonce, InvalidRequest where the client has registered to be bound.
    """
    key = proof_key(here.bank)
    details = here.client.terms.details
    if key is not None:
        return {KEY: key}
    # RFC 9449 5.2: a client that has registered dpop_bound_access_tokens must send a proof.
    if details.get("dpop_bound_access_tokens"):
        raise errors.InvalidDpopProof("This client is registered for bound tokens: send a DPoP proof.")
    asked = details.get("tls_client_certificate_bound_access_tokens")
    # RFC 8705 3.4: a client that has registered it gets tokens bound to its certificate.
    if asked and here.certificate is None:
        raise errors.InvalidRequest("This client is registered for bound tokens: use a client certificate.")
    if here.certificate is not None and (asked or here.profile in _BY_CERTIFICATE):
        return {CERTIFICATE: certificates.thumbprint(here.certificate)}
    return {}


def proof_key(bank: Bank) -> str | None:
    """The thumbprint of the key that the request proves to hold; None without a proof.

    Raises InvalidDpopProof, UseDpopNonce.
    """
    proofs = request.headers.getlist("DPoP")
    if not proofs:
        return None
    # RFC 9449 4.3, check 1: there is one header and no more.
    if len(proofs) > 1 or "," in proofs[0]:
        raise errors.InvalidDpopProof("There must be one DPoP proof.")
    call = Call(request.method, door.endpoint())
    try:
        return dpop.accept(proofs[0], call, bank.workspace_id, bank.now)
    except NonceMissing as error:
        raise errors.UseDpopNonce(error.fresh) from error
    except ProofWrong as error:
        raise errors.InvalidDpopProof(str(error)) from error
