"""What money was spent on: by the kind of shop where the bank tells it, and by the text where not."""

import re

from budget.model import Entry

#: Merchant category codes by their beginnings, the longest first. Source: ISO 18245.
_BY_SHOP = (
    *((code, "Groceries") for code in ("5411", "5422", "5441", "5451", "5462", "5499")),
    *((code, "Eating out") for code in ("5811", "5812", "5813", "5814")),
    *((code, "Getting around") for code in ("40", "41", "47", "5541", "5542", "5552", "7523", "753", "3")),
    *((code, "Health") for code in ("5912", "80")),
    *((code, "Home") for code in ("52", "571", "572", "5732", "49")),
    *((code, "Clothes") for code in ("56",)),
    *((code, "Free time") for code in ("594", "78", "79", "70")),
    *((code, "Cash") for code in ("6010", "6011")),
    ("", "Shopping"),
)
_BY_TEXT = (
    (r"rent|miete|husleie|mortgage|bolig|kredit|loan|lån|darlehen", "Home"),
    (r"strøm|strom|energ|electric|gas|water|council|internet|mobil|telefon|broadband", "Bills"),
    (r"insur|forsikring|versicherung", "Insurance"),
    (r"spar|saving|transfer|overf|umbuchung", "Savings"),
)
OTHER = "Other"


def of(entry: Entry) -> str:
    """The category of what was spent."""
    if entry.mcc:
        return next(category for code, category in _BY_SHOP if entry.mcc.startswith(code))
    said = entry.text.lower()
    return next((category for words, category in _BY_TEXT if re.search(words, said)), OTHER)
