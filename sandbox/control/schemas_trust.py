"""What the sandbox's own door reads and writes about certificates, and how strict apps are treated."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Regexp

from sandbox.eidas.certificates import REASONS, CertificateKind, CertificateState, KeyAlgorithm, SpecialOrder
from sandbox.workspaces.organisations import PspRole
from sandbox.workspaces.workspace import Strictness

_INSTANT = {"format": "date-time"}
_CSR_LETTERS_MAX = 32_768
_STRICTNESS = OneOf([one.value for one in Strictness])
#: RFC 1123 2.1: labels of letters, digits and hyphens, with dots between them. `$(?!\n)` is the very end, in
#: the words of JSON Schema as well.
_DOMAIN = r"^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$(?!\n)"


class WorkspaceStrictness(Schema):
    """How strict the apps of a workspace are treated that have no rung of their own."""

    strictness = fields.String(required=True, validate=_STRICTNESS)


class AppStrictness(Schema):
    """How strict an app is treated; null for as its workspace says."""

    strictness = fields.String(required=True, allow_none=True, validate=_STRICTNESS)


class CertificateOrder(Schema):
    """A certificate for an app; everything has a default."""

    app_id = fields.String(
        validate=Length(1, 16), metadata={"description": "The app of the key when absent."}
    )
    kind = fields.String(
        load_default=CertificateKind.QWAC.value,
        validate=OneOf([one.value for one in CertificateKind]),
        metadata={"description": "`qwac` for TLS, `qseal` for signatures."},
    )
    algorithm = fields.String(
        load_default=KeyAlgorithm.P_256.value,
        validate=OneOf([one.value for one in KeyAlgorithm]),
        metadata={"description": "Which key is made; with `csr` none is."},
    )
    csr = fields.String(
        validate=Length(1, _CSR_LETTERS_MAX),
        metadata={"description": "PKCS#10 in PEM. Its key and its signature count, and no name in it."},
    )
    special = fields.String(
        validate=OneOf([one.value for one in SpecialOrder]),
        metadata={"description": "A certificate with exactly this one thing wrong."},
    )
    domains = fields.List(
        fields.String(validate=[Length(max=253), Regexp(_DOMAIN)]),
        validate=Length(1, 20),
        metadata={"description": "The names in a QWAC; the hosts of the software's redirect URIs if absent."},
    )
    passphrase = fields.String(
        validate=Regexp(r"^[\x20-\x7e]{4,128}$(?!\n)"),
        metadata={"description": "Locks the PKCS#12; one is made when absent."},
    )


class Certificate(Schema):
    """A certificate in the books of the workspace's authority."""

    serial = fields.String(required=True)
    app_id = fields.String(required=True)
    kind = fields.String(required=True, validate=OneOf([one.value for one in CertificateKind]))
    special = fields.String(
        required=True, allow_none=True, validate=OneOf([one.value for one in SpecialOrder])
    )
    state = fields.String(
        required=True,
        validate=OneOf([one.value for one in CertificateState]),
        metadata={"description": "By the authority's books; whether its time has come is another matter."},
    )
    reason = fields.String(required=True, allow_none=True, validate=OneOf(REASONS))
    revoked_at = fields.String(required=True, allow_none=True, metadata=_INSTANT)
    subject = fields.String(required=True)
    organisation_identifier = fields.String(required=True)
    roles = fields.List(fields.String(validate=OneOf([one.value for one in PspRole])), required=True)
    thumbprint = fields.String(required=True, metadata={"description": "RFC 8705: x5t#S256."})
    not_before = fields.String(required=True, metadata=_INSTANT)
    not_after = fields.String(required=True, metadata=_INSTANT)
    created_at = fields.String(required=True, metadata=_INSTANT)
    certificate = fields.String(required=True, metadata={"description": "PEM."})


class CertificateList(Schema):
    """Certificates, oldest first."""

    certificates = fields.List(fields.Nested(Certificate), required=True)


class CertificateBundle(Certificate):
    """A new certificate with all that is needed to use it. A key that was made here is shown this once."""

    chain = fields.String(
        required=True, metadata={"description": "PEM: the certificate, and the authority above it."}
    )
    root = fields.String(required=True, metadata={"description": "PEM."})
    key = fields.String(
        required=True, allow_none=True, metadata={"description": "PEM, PKCS#8; null with `csr`."}
    )
    pkcs12 = fields.String(
        required=True, allow_none=True, metadata={"description": "Key and chain, base64; null with `csr`."}
    )
    passphrase = fields.String(
        required=True, allow_none=True, metadata={"description": "What opens the PKCS#12."}
    )


class CertificatesQuery(Schema):
    """Which certificates to list."""

    app_id = fields.String(validate=Length(1, 16))


class RevocationOrder(Schema):
    """Why a certificate is taken back."""

    reason = fields.String(
        load_default=REASONS[0],
        validate=OneOf(REASONS),
        metadata={"description": "RFC 5280, CRLReason; `certificateHold` blocks it until it is released."},
    )
