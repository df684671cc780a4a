"""Why a signature is not taken: one class per reason. What was expected stands in the detail."""

from sandbox.kernel.errors import Refusal

#: How much of what was expected goes into the journal, in characters.
_EXPECTED_MAX = 4000


class SignatureRefused(Refusal):
    """The message is not signed as it has to be."""


class SignatureMissing(SignatureRefused):
    """The message has to be signed, and is not."""

    text = "The call has to be signed, and is not."


class SignatureInvalid(SignatureRefused):
    """The message carries a signature that is not good."""


class SignatureMalformed(SignatureInvalid):
    """The signature cannot be read."""

    text = "The signature cannot be read."


class SignatureCoverageWrong(SignatureInvalid):
    """The signature leaves out what has to be signed, or signs what it must not."""

    text = "The signature does not cover what it has to."


class SignatureAlgorithmUnfit(SignatureInvalid):
    """The algorithm is not taken here, or it is not one for the key."""

    text = "The algorithm of the signature is not taken here, or does not fit the key."


class SignatureKeyWrong(SignatureInvalid):
    """The signature names another key than that of the certificate that comes with it."""

    text = "The signature names another key than that of the certificate."


class SignatureStale(SignatureInvalid):
    """The signature was made too long ago, has run out, or comes from the future."""

    text = "The signature is too old, has run out, or comes from the future."


class SignatureWrong(SignatureInvalid):
    """The signature does not fit the message."""

    text = "The signature does not fit the message."

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(detail=f"These bytes should be signed:\n{expected[:_EXPECTED_MAX]}")


class DigestMissing(SignatureInvalid):
    """The message has a signature but no digest of its body."""

    text = "The call carries no digest of its body."


class DigestMalformed(SignatureInvalid):
    """The digest cannot be read, or is made in a way that nobody may rely on."""

    text = "The digest cannot be read, or is neither SHA-256 nor SHA-512."


class DigestWrong(SignatureInvalid):
    """The digest is that of another body."""

    text = "The digest does not fit the body."
