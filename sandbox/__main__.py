"""`python -m sandbox` is `bryggen`."""

from sandbox.cli import main

if __name__ == "__main__":
    main(prog_name="bryggen")
