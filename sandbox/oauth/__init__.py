"""The authorization server: one issuer per bank. How it trusts a client, and what it gives it to carry.

It knows no standard: what a PSU is asked for is found by the standard's `intents`, and the PSU says yes on
the pages of the online bank, which know no OAuth.
"""
