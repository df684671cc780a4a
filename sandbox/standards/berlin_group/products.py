"""Payment products and services: the words that stand in a path, and what the bank understands by them.

Source: psd2-api 1.3.11, payment-service and payment-product; NextGenPSD2 IG 1.3.8, 5.1; for each country the
words that its banks publish.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.bank.payments import SchemeUnsupported
from sandbox.bank.profile import Profile, Scheme, Service

SERVICE: Mapping[Service, str] = {
    Service.SINGLE: "payments",
    Service.BULK: "bulk-payments",
    Service.PERIODIC: "periodic-payments",
}
#: As a converter of the router: the three words, and no other.
SERVICE_WORDS = ",".join(f'"{word}"' for word in SERVICE.values())
#: Before a product's word, it says that the bodies are ISO 20022 messages.
XML_PREFIX = "pain.001-"
JSON_FORM, XML_FORM = "json", "pain.001"


@dataclass(frozen=True, slots=True)
class Product:
    """One product: its word, the rails it goes by, and the country whose banks have it (None: any)."""

    word: str
    scheme: Scheme
    country: str | None = None


PRODUCTS = (
    Product("sepa-credit-transfers", Scheme.SEPA),
    Product("instant-sepa-credit-transfers", Scheme.SEPA_INSTANT),
    Product("target-2-payments", Scheme.TARGET2),
    Product("cross-border-credit-transfers", Scheme.CROSS_BORDER),
    # No country of this standard has the scheme: the word is ours.
    Product("high-value-credit-transfers", Scheme.HIGH_VALUE),
    # Bits PSD2 appendix; the instant one as DNB and SpareBank 1 have it.
    Product("norwegian-domestic-credit-transfers", Scheme.DOMESTIC, "NO"),
    Product("instant-norwegian-domestic-credit-transfers-straks", Scheme.DOMESTIC_INSTANT, "NO"),
    # As Handelsbanken has them.
    Product("swedish-domestic-credit-transfer", Scheme.DOMESTIC, "SE"),
    Product("swedish-domestic-giro-payment", Scheme.GIRO, "SE"),
    # As the banks at the data centres of Denmark have them.
    Product("danish-domestic-credit-transfers", Scheme.DOMESTIC, "DK"),
    Product("instant-danish-domestic-credit-transfers", Scheme.DOMESTIC_INSTANT, "DK"),
)
#: The word of a scheme; where several countries have one, that of the first.
SCHEME: Mapping[Scheme, str] = {one.scheme: one.word for one in reversed(PRODUCTS)}
_SERVICE_OF = {word: service for service, word in SERVICE.items()}


def service_of(word: str) -> Service:
    """The service of that word, which the router has let through."""
    return _SERVICE_OF[word]


def offered(profile: Profile, service: Service) -> list[str]:
    """The words of the products that the bank has for that service, in JSON first."""
    rules = profile.payments
    if service not in rules.services:
        return []
    here = [
        one.word for one in PRODUCTS if one.scheme in rules.schemes and one.country in (None, profile.country)
    ]
    plain = here if JSON_FORM in rules.formats else []
    return plain + ([f"{XML_PREFIX}{word}" for word in here] if XML_FORM in rules.formats else [])


def known(profile: Profile, service: Service, word: str) -> Product:
    """The product of that word at this bank, in JSON or XML. Raises SchemeUnsupported."""
    if word not in offered(profile, service):
        has = ", ".join(offered(profile, service)) or "none"
        text = f"This bank does not have {word} as one of its {SERVICE[service]}; it has {has}."
        raise SchemeUnsupported(text, detail=word)
    plain = word.removeprefix(XML_PREFIX)
    return next(one for one in PRODUCTS if one.word == plain and one.country in (None, profile.country))


def is_xml(word: str) -> bool:
    """Whether the product's bodies are ISO 20022 messages."""
    return word.startswith(XML_PREFIX)
