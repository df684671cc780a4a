"""Bryggen: fictional banks that serve the open banking APIs of real ones."""

__version__ = "0.1.0"
