"""The qualified certificate statements: what a certificate says in law, and what its holder may do as a PSP.

Source: RFC 3739, section 3.2.6; ETSI EN 319 412-5, section 4.2 and 4.3; ETSI TS 119 495, section 5.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat import asn1
from cryptography.x509 import ObjectIdentifier

from sandbox.workspaces.organisations import PspRole

__all__ = ["EXTENSION", "PspRole", "QcStatements", "QcType", "decode", "encode"]

#: RFC 3739: the extension that holds the statements.
EXTENSION = ObjectIdentifier("1.3.6.1.5.5.7.1.3")

_COMPLIANCE = ObjectIdentifier("0.4.0.1862.1.1")
_PDS = ObjectIdentifier("0.4.0.1862.1.5")
_TYPE = ObjectIdentifier("0.4.0.1862.1.6")
_PSD2 = ObjectIdentifier("0.4.0.19495.2")


class QcType(StrEnum):
    """What a qualified certificate is for. Source: ETSI EN 319 412-5, section 4.2.3."""

    SEAL = "0.4.0.1862.1.6.2"
    WEBSITE = "0.4.0.1862.1.6.3"


_ROLES = {
    ObjectIdentifier("0.4.0.19495.1.1"): PspRole.ACCOUNT_SERVICING,
    ObjectIdentifier("0.4.0.19495.1.2"): PspRole.PAYMENT_INITIATION,
    ObjectIdentifier("0.4.0.19495.1.3"): PspRole.ACCOUNT_INFORMATION,
    ObjectIdentifier("0.4.0.19495.1.4"): PspRole.CARD_ISSUING,
}
_ROLE_IDS = {role: identifier for identifier, role in _ROLES.items()}
_TYPES = {ObjectIdentifier(one.value): one for one in QcType}


@dataclass(frozen=True, slots=True)
class QcStatements:
    """What the statements of a certificate say; `roles`, in the order of the certificate, may be none."""

    compliant: bool
    type: QcType | None
    roles: tuple[PspRole, ...]
    authority_name: str = ""
    authority_id: str = ""


def encode(said: QcStatements, disclosure: str) -> bytes:
    """The extension's value. `disclosure` is where the authority's disclosure statement is, in English."""
    if said.type is None:
        raise ValueError("a certificate is issued for something")
    roles = [_Role(identifier=_ROLE_IDS[role], name=role.value) for role in said.roles]
    place = _Place(url=asn1.IA5String(disclosure), language=asn1.PrintableString("en"))
    psp = _Psp(roles=roles, authority_name=said.authority_name, authority_id=said.authority_id)
    return asn1.encode_der(
        _Statements(
            compliance=_Bare(identifier=_COMPLIANCE),
            type=_TypeStatement(identifier=_TYPE, types=[ObjectIdentifier(said.type.value)]),
            disclosure=_PdsStatement(identifier=_PDS, places=[place]),
            psp=_PspStatement(identifier=_PSD2, psp=psp),
        )
    )


def decode(value: bytes) -> QcStatements:
    """Read the statements, in any order, foreign ones passed over. Raises ValueError."""
    compliant, kind, psp = False, None, None
    for statement in asn1.decode_der(_Members, _in_a_sequence(value)).members:
        identifier = _identifier(statement)
        if identifier == _COMPLIANCE:
            compliant = True
        elif identifier == _TYPE:
            kind = _first_known(statement.parse(_TypeStatement).types)
        elif identifier == _PSD2:
            psp = statement.parse(_PspStatement).psp
    if psp is None:
        return QcStatements(compliant, kind, ())
    # TS 119 495, GEN-5.2.2: what counts is the identifier; the name beside it is for people.
    roles = tuple(dict.fromkeys(_ROLES[one.identifier] for one in psp.roles if one.identifier in _ROLES))
    return QcStatements(compliant, kind, roles, psp.authority_name, psp.authority_id)


def _identifier(statement: asn1.TLV) -> ObjectIdentifier:
    read: _Open | _Bare
    try:
        read = statement.parse(_Open)
    except ValueError:
        read = statement.parse(_Bare)
    return read.identifier


def _first_known(types: Iterable[ObjectIdentifier]) -> QcType | None:
    return next((_TYPES[one] for one in types if one in _TYPES), None)


def _in_a_sequence(value: bytes) -> bytes:
    """The value as the one member of a sequence: the library reads no list at the top."""
    length = len(value)
    if length < 0x80:
        return b"\x30" + bytes([length]) + value
    size = (length.bit_length() + 7) // 8
    return b"\x30" + bytes([0x80 | size]) + length.to_bytes(size, "big") + value


@asn1.sequence
class _Role:
    """RoleOfPSP."""

    identifier: ObjectIdentifier
    name: str


@asn1.sequence
class _Psp:
    """PSD2QcType."""

    roles: list[_Role]
    authority_name: str
    authority_id: str


@asn1.sequence
class _Place:
    """PdsLocation."""

    url: asn1.IA5String
    language: asn1.PrintableString


@asn1.sequence
class _Bare:
    """A QCStatement that is only its identifier."""

    identifier: ObjectIdentifier


@asn1.sequence
class _Open:
    """A QCStatement with whatever belongs to it."""

    identifier: ObjectIdentifier
    info: asn1.TLV


@asn1.sequence
class _TypeStatement:
    """QcType."""

    identifier: ObjectIdentifier
    types: list[ObjectIdentifier]


@asn1.sequence
class _PdsStatement:
    """QcPDS."""

    identifier: ObjectIdentifier
    places: list[_Place]


@asn1.sequence
class _PspStatement:
    """The statement of PSD2."""

    identifier: ObjectIdentifier
    psp: _Psp


@asn1.sequence
class _Statements:
    """The statements that we write, in this order."""

    compliance: _Bare
    type: _TypeStatement
    disclosure: _PdsStatement
    psp: _PspStatement


@asn1.sequence
class _Members:
    """Any sequence, inside another one."""

    members: list[asn1.TLV]
