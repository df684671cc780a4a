"""The tester's own door under `/_sandbox`: worlds, apps, people, time, the PSU's yes, and payments."""

from sandbox.control.app import create_app, document

__all__ = ["create_app", "document"]
