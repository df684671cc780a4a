"""Which role of a PSP each service takes. Source: NextGenPSD2 IG 1.3, section 4.2; PSD2 RTS, article 34."""

from sandbox.standards.berlin_group import offers, products
from sandbox.workspaces.organisations import PspRole

_ACCOUNTS = (PspRole.ACCOUNT_INFORMATION,)
_PAYMENTS = (PspRole.PAYMENT_INITIATION,)
_FUNDS = (PspRole.CARD_ISSUING,)

_BY_PREFIX: dict[str, tuple[PspRole, ...]] = {
    "/v1/consents": _ACCOUNTS,
    "/v1/accounts": _ACCOUNTS,
    "/v1/card-accounts": _ACCOUNTS,
    offers.FUNDS_CONFIRMATIONS: _FUNDS,
    offers.FUNDS_CONSENTS: _FUNDS,
    # A basket holds payments, consents, or both.
    offers.BASKETS: (*_PAYMENTS, *_ACCOUNTS),
    **{f"/v1/{word}": _PAYMENTS for word in products.SERVICE.values()},
}


def needed(path: str) -> tuple[PspRole, ...]:
    """The roles of which a certificate must carry one, at that path; none where any PSP may ask."""
    if offers.is_of_payees(path):
        return _PAYMENTS
    # Two segments name the service, but for the one whose third is its own.
    parts = path.split("/")
    return _BY_PREFIX.get("/".join(parts[:3])) or _BY_PREFIX.get("/".join(parts[:4]), ())
