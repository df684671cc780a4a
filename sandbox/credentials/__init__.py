"""Credentials: what the authorization servers have given out and remember, as tables and verbs.

Secrets are kept as hashes. Whatever travels carries its workspace, so that no look-up searches all of them.
What may be used once is taken by one conditional statement, on either database.
"""
