"""A trust service of the sandbox's own: roots, an authority for each workspace, certificates, their end.

Everything here is for tests and says so in its names: nothing is qualified, no real trust service is
imitated.
"""
