"""The tester's own door under `/_sandbox`: worlds, apps, people, time, and the PSU's yes."""

from sandbox.control.app import create_app

__all__ = ["create_app"]
