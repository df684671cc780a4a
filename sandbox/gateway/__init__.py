"""The corridor behind every door: which bank, who calls, one unit of work, and a note of what was said."""
