"""What it costs to look at somebody for the first time, and to make a world: in process, on SQLite."""

import statistics
import sys
import time
from pathlib import Path

from sandbox import app as composition
from sandbox.bank.bank import Bank
from sandbox.kernel.clock import Clock, ClockMode
from sandbox.kernel.settings import Settings
from sandbox.workspaces import workspace as workspaces

PEOPLE = range(100, 160)  # ordinary people; the cast sits in the first forty
WORLDS = 50


def main(folder: str) -> None:
    services = composition.open_services(Settings(data_dir=Path(folder), journal=False))
    creations = []
    for number in range(WORLDS):
        began = time.perf_counter()
        with services.database.writing() as work:
            workspaces.create(work, "bergen", name=f"world-{number}")
        creations.append((time.perf_counter() - began) * 1000)
    print(f"workspace creation, median        {statistics.median(creations):8.2f} ms   (aim 50 ms)")

    touches = []
    profile = services.profiles["fjordbanken"]
    for number in PEOPLE:
        began = time.perf_counter()
        with services.database.writing() as work:
            clock = Clock(ClockMode.FROZEN, 0.0, Clock().now())
            bank = Bank(profile, work, "world-0", "bergen", clock, services.people)
            services.people.move_in(bank, f"no-{number}")
        touches.append((time.perf_counter() - began) * 1000)
    print(f"first touch of 24 months, median  {statistics.median(touches):8.1f} ms   (aim 60 ms)")
    print(f"first touch of 24 months, worst   {max(touches):8.1f} ms")


if __name__ == "__main__":
    main(sys.argv[1])
