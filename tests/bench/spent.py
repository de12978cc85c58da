"""Processor seconds beside those of the clock: on a machine with other work only these say what a thing costs."""

from contextlib import suppress
from pathlib import Path
from time import process_time

import psutil


class Spent:
    """Called: the seconds that this process has spent, and with `folder` those of the PostgreSQL whose data lies there."""

    def __init__(self, folder: Path | None = None) -> None:
        self._master = None
        if folder is not None:
            self._master = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))

    def __call__(self) -> float:
        spent = process_time()
        if self._master is not None:
            whole = self._master.cpu_times()
            spent += whole.user + whole.system + whole.children_user + whole.children_system
            for child in self._master.children():
                with suppress(psutil.NoSuchProcess):
                    its = child.cpu_times()
                    spent += its.user + its.system
        return spent
