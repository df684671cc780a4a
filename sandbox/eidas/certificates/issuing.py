"""Issuing: a good certificate, or one with exactly the fault that was ordered; and taking one back."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from sqlalchemy import select, update

from sandbox.eidas import authority, roots
from sandbox.eidas.authority import Authority
from sandbox.eidas.certificates import keys, parsing, profile
from sandbox.eidas.certificates.keys import PrivateKey
from sandbox.eidas.certificates.model import Holder, IssuedCertificate, Order, SpecialOrder
from sandbox.eidas.certificates.profile import Wording
from sandbox.eidas.certificates.refusals import CertificateUnknown
from sandbox.eidas.roots import Issuer, Root
from sandbox.kernel.clock import wall_now
from sandbox.kernel.db import Work
from sandbox.workspaces import workspace as workspaces
from sandbox.workspaces.organisations import PspRole
from sandbox.workspaces.workspace import Workspace

_LIFETIME = timedelta(days=730)
_SLACK = timedelta(days=1)
#: The number of an organisation that no directory of a workspace hands out.
_SOMEBODY_ELSE = "000000"
#: A stranger's pages are nowhere: RFC 2606.
_STRANGER = "https://stranger.example"
_REVOKED_BY = {
    SpecialOrder.REVOKED: x509.ReasonFlags.key_compromise,
    SpecialOrder.BLOCKED: x509.ReasonFlags.certificate_hold,
}


@dataclass(frozen=True, slots=True)
class Issuance:
    """A new certificate: what the books say, the key if we made it, and the authorities up to the root."""

    issued: IssuedCertificate
    certificate: x509.Certificate
    key: PrivateKey | None
    issuer: Issuer
    root: Issuer


def issue(work: Work, world: Workspace, holder: Holder, order: Order) -> Issuance:
    """Issue a certificate to an app, for two years of the workspace's clock.

    Raises CsrMalformed, CsrKeyUnfit.
    """
    # Keys take their time: they are there before anybody waits for the lock.
    public, private = keys.of(order)
    workspace_id = world.id
    workspaces.lock(work, workspace_id)
    root = Root.STRANGER if order.special is SpecialOrder.UNKNOWN_CA else Root.SANDBOX
    above, issuer = roots.of(work, root), authority.of(work, workspace_id, root)
    now = world.clock.now()
    words = _worded(order, _faulty(holder, order.special), public, now)
    if root is Root.SANDBOX:
        words = replace(words, reached_at=pages(order.origin, workspace_id))
    signed = profile.sign(words, issuer)
    issued = _entered(work, workspace_id, root, order, words, signed)
    issued.created_at = now
    if order.special in _REVOKED_BY:
        revoke(work, world, issued, _REVOKED_BY[order.special])
    work.flush()
    return Issuance(issued, signed, private, issuer, above)


def revoke(work: Work, world: Workspace, issued: IssuedCertificate, reason: x509.ReasonFlags) -> None:
    """Take a certificate back, from now on by the workspace's clock; CRL and OCSP say so at once.

    `certificate_hold` blocks it. A certificate that was taken back for good stays so.
    """
    hold = x509.ReasonFlags.certificate_hold.value
    if issued.revoked_at is not None and issued.revocation != hold:
        return
    issued.revoked_at = world.clock.now()
    issued.revocation = reason.value
    _renumber(work, issued)


def release(work: Work, issued: IssuedCertificate) -> None:
    """Lift the block of a certificate; one that was revoked for good stays so. Source: RFC 5280, 5.3.1."""
    if issued.revocation == x509.ReasonFlags.certificate_hold.value:
        issued.revoked_at, issued.revocation = None, None
        _renumber(work, issued)


def get(work: Work, workspace_id: str, serial: str) -> IssuedCertificate:
    """The certificate of that serial number. Raises CertificateUnknown."""
    found = work.get(IssuedCertificate, (workspace_id, serial.lower().lstrip("0")))
    if found is None:
        raise CertificateUnknown(detail=serial[:80])
    return found


def every(work: Work, workspace_id: str, app_id: str | None = None) -> list[IssuedCertificate]:
    """The certificates of a workspace, or of one app, oldest first."""
    wanted = select(IssuedCertificate).where(IssuedCertificate.workspace_id == workspace_id)
    if app_id is not None:
        wanted = wanted.where(IssuedCertificate.app_id == app_id)
    return list(work.scalars(wanted.order_by(IssuedCertificate.created_at, IssuedCertificate.serial)))


def of_thumbprint(work: Work, workspace_id: str, app_id: str, thumbprint: str) -> bytes | None:
    """The app's own certificate of that thumbprint, as PEM; whether it is good, `verify` says."""
    wanted = select(IssuedCertificate.certificate).where(
        IssuedCertificate.workspace_id == workspace_id,
        IssuedCertificate.app_id == app_id,
        IssuedCertificate.thumbprint == thumbprint,
    )
    found = work.scalars(wanted).first()
    return None if found is None else found.encode()


def pages(origin: str, workspace_id: str) -> str:
    """Where the authority of a workspace is reached: its CRL, OCSP and certificate lie below."""
    return f"{origin}/_sandbox/trust/{workspace_id}"


def _worded(order: Order, holder: Holder, public: keys.PublicKey, now: datetime) -> Wording:
    domains = order.domains or holder.domains or (f"{holder.app_id}.tpp.example",)
    not_before, not_after = _period(order.special, now)
    return Wording(order.kind, holder, public, domains, not_before, not_after, _STRANGER)


def _period(special: SpecialOrder | None, now: datetime) -> tuple[datetime, datetime]:
    """From when to when. A good one is also good by the wall, for tools that know no other clock."""
    match special:
        case SpecialOrder.EXPIRED:
            period = now - _LIFETIME, now - _SLACK
        case SpecialOrder.NOT_YET_VALID:
            period = now + timedelta(days=30), now + _LIFETIME
        case _:
            period = min(now, wall_now()) - _SLACK, now + _LIFETIME
    return max(period[0], roots.NOT_BEFORE), min(period[1], roots.NOT_AFTER)


def _faulty(holder: Holder, special: SpecialOrder | None) -> Holder:
    """The holder as the certificate shall show them."""
    match special:
        case SpecialOrder.WRONG_ROLE:
            return replace(holder, roles=(PspRole.ACCOUNT_SERVICING,))
        case SpecialOrder.WRONG_ORGANISATION:
            register, _, _ = holder.organisation_identifier.rpartition("-")
            identifier = f"{register}-{_SOMEBODY_ELSE}"
            return replace(holder, organisation="Somebody Else", organisation_identifier=identifier)
        case _:
            return holder


def _entered(
    work: Work, workspace_id: str, root: Root, order: Order, words: Wording, signed: x509.Certificate
) -> IssuedCertificate:
    issued = IssuedCertificate(
        workspace_id=workspace_id,
        serial=parsing.serial_text(signed.serial_number),
        app_id=words.holder.app_id,
        root=root.value,
        kind=order.kind.value,
        special=order.special.value if order.special else None,
        thumbprint=parsing.thumbprint(signed),
        subject=signed.subject.rfc4514_string(),
        organisation_identifier=words.holder.organisation_identifier,
        roles=[role.value for role in words.holder.roles],
        not_before=signed.not_valid_before_utc,
        not_after=signed.not_valid_after_utc,
        certificate=signed.public_bytes(serialization.Encoding.PEM).decode(),
        revoked_at=None,
        revocation=None,
    )
    work.add(issued)
    return issued


def _renumber(work: Work, issued: IssuedCertificate) -> None:
    mine = (Authority.workspace_id == issued.workspace_id, Authority.root == issued.root)
    work.execute(update(Authority).where(*mine).values(crl_number=Authority.crl_number + 1))
