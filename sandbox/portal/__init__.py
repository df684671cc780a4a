"""The portal: the pages on which a team finds, sees and steers all that its sandbox can do."""

from sandbox.portal.app import create_app

__all__ = ["create_app"]
