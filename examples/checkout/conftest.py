"""Lets the tests find the app, wherever they are started; the fixture `bryggen` comes with the package."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
