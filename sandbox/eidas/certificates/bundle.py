"""The bundle: everything that an app needs to use its new certificate, in the forms that tools take."""

from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from sandbox.eidas.certificates import keys
from sandbox.eidas.certificates.issuing import Issuance


@dataclass(frozen=True, slots=True)
class Bundle:
    """PEM texts: the certificate, its key (None where the holder has it), the chain with the certificate
    first, and the root. `pkcs12` holds key and chain, and is there where the key is.
    """

    certificate: str
    key: str | None
    chain: str
    root: str
    pkcs12: bytes | None


def of(issuance: Issuance, passphrase: str) -> Bundle:
    """The bundle of a new certificate; `passphrase` locks the PKCS#12."""
    certificate = issuance.certificate.public_bytes(serialization.Encoding.PEM).decode()
    key = None if issuance.key is None else keys.pem(issuance.key)
    return Bundle(
        certificate, key, certificate + issuance.issuer.pem, issuance.root.pem, _pkcs12(issuance, passphrase)
    )


def _pkcs12(issuance: Issuance, passphrase: str) -> bytes | None:
    if issuance.key is None:
        return None
    above = [issuance.issuer.certificate, issuance.root.certificate]
    return pkcs12.serialize_key_and_certificates(
        issuance.issued.serial.encode(),
        issuance.key,
        issuance.certificate,
        above,
        BestAvailableEncryption(passphrase.encode()),
    )
