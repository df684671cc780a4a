"""Which products are paid at which banks, to whom, and how far their statuses go."""

from sandbox.bank import profiles
from sandbox.bank.profile import Service
from sandbox.kernel import places
from sandbox.standards.berlin_group import products
from sandbox.standards.registry import STANDARDS

BANKS = profiles.load(places.mock_banks(), {one.id: one.switches for one in STANDARDS.values()})
#: Who is paid by a product: somebody at another mock bank, and in which currency.
CREDITORS = {
    "sepa-credit-transfers": ("saimaa", "fi-1", "EUR"),
    "instant-sepa-credit-transfers": ("hansekontor", "de-1", "EUR"),
    "target-2-payments": ("saimaa", "fi-1", "EUR"),
    "cross-border-credit-transfers": ("nordlys", "no-1", "NOK"),
    "norwegian-domestic-credit-transfers": ("nordlys", "no-1", "NOK"),
    "instant-norwegian-domestic-credit-transfers-straks": ("fjordbanken", "no-1", "NOK"),
    "swedish-domestic-credit-transfer": ("lindbanken", "se-1", "SEK"),
    "danish-domestic-credit-transfers": ("vesterhav", "dk-1", "DKK"),
    "instant-danish-domestic-credit-transfers": ("vesterhav", "dk-1", "DKK"),
}
_LATE = {"realTime": "ACSC", "batchA": "ACTC", "batchB": "ACFC"}


def cases():
    """Each product at each bank that offers it to people, by each of its ways to the PSU's yes."""
    return [
        (bank.id, product, approach.value)
        for bank in BANKS.values()
        if any(one.standard == "berlin_group" for one in bank.interfaces)
        for product in products.offered(bank, Service.SINGLE)
        for approach in bank.sca.approaches
        if product in CREDITORS
        and products.known(bank, Service.SINGLE, product).scheme not in bank.payments.business_schemes
    ]


def settled(bank_id, product):
    """The last status that the bank tells of a payment by that product."""
    return "ACCC" if product.startswith("instant") else _LATE[BANKS[bank_id].payments.processing]
