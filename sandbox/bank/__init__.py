"""A bank keeps books: customers, accounts, consents, authorisations, and a ledger that always balances."""
