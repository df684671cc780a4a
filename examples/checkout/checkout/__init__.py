"""Checkout: pay by bank. A cart, the buyer's bank, their yes, and the money on its way."""

from checkout.app import create_app

__all__ = ["create_app"]
