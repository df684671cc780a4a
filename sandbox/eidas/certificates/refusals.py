"""Why a certificate is not taken: one class per reason."""

from sandbox.kernel.errors import Refusal


class CertificateRefused(Refusal):
    """The certificate of a call is not good for it."""


class CertificateMissing(CertificateRefused):
    """The call has to show a certificate, and shows none."""

    text = "The call shows no client certificate."


class CertificateInvalid(CertificateRefused):
    """The certificate is none that a bank here could ever take."""


class CertificateUnreadable(CertificateInvalid):
    """What was shown is no certificate, or not one of PSD2."""

    text = "The certificate cannot be read as a qualified certificate of PSD2."


class CertificateFromStranger(CertificateInvalid):
    """No authority that the banks trust has issued it."""

    text = "The certificate was not issued by an authority that is trusted here."


class CertificateKeyWeak(CertificateInvalid):
    """The key is shorter than anybody may rely on. Source: ETSI TS 119 312."""

    text = "The key of the certificate is too weak."


class CertificateKindWrong(CertificateInvalid):
    """A seal where a website certificate is asked for, or the other way round."""

    text = "The certificate is of the wrong kind for this."


class CertificateNotYetValid(CertificateInvalid):
    """Its time has not come, by the clock of the workspace."""

    text = "The certificate is not valid yet."


class CertificateNotYours(CertificateInvalid):
    """It names another organisation than that of the app that calls."""

    text = "The certificate belongs to another organisation than the app."


class CertificateExpired(CertificateRefused):
    """Its time is over, by the clock of the workspace."""

    text = "The certificate has expired."


class CertificateRevoked(CertificateRefused):
    """Its authority has taken it back."""

    text = "The certificate has been revoked."


class CertificateBlocked(CertificateRefused):
    """It is on hold: neither good nor revoked for ever."""

    text = "The certificate has been blocked."


class RoleMissing(CertificateRefused):
    """The certificate does not give its holder the role that the operation takes."""

    text = "The certificate does not carry the role that this operation takes."


class CertificateUnknown(Refusal):
    """The workspace's authority has issued no such certificate."""

    text = "There is no such certificate in this workspace."


class CsrMalformed(Refusal):
    """The signing request cannot be read, or its signature does not fit."""

    text = "The certificate signing request is not PKCS#10 in PEM with a valid signature."


class CsrKeyUnfit(Refusal):
    """No certificate is issued for that kind or size of key."""

    text = "The key of the signing request must be RSA of 2048 to 8192 bits, or EC on P-256 or P-384."
