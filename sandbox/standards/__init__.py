"""The languages that banks speak. They share `contract` alone, and know nothing of one another."""
