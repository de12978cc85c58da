"""The demo's printer made of software: what it printed, as picture and in words, and its fault switches."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from kiosk.web import Paper
from printers.slip import Slip, as_text
from printers.virtual import VirtualPrinter
from server.files import replace_file

FAULTS = ("paper_out", "near_end", "cover_open", "silent")


class PaperFolder:
    """A virtual printer that listens on a port of its own and keeps its paper in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._printer = VirtualPrinter(folder=folder)
        self._port = self._printer.serve(port=0)
        self._file = folder / "words.json"
        self._words = _words_in(self._file)

    @property
    def url(self) -> str:
        """Where the spooler finds it."""
        return f"tcp://127.0.0.1:{self._port.port}"

    def close(self) -> None:
        """Ends it."""
        self._port.close()

    def remember(self, number: str, paper: Slip) -> None:
        """What the paper with this number says in words."""
        with self._printer.lock:
            self._words[number] = as_text(paper)
            replace_file(self._file, msgspec.json.encode(self._words))

    def papers(self) -> Sequence[Paper]:
        """What was printed, newest first."""
        return [
            Paper(name=str(i), png=paper.png(), text=self._words.get(paper.text.strip(), paper.text), at=paper.time)
            for i, paper in reversed(list(enumerate(list(self._printer.papers), start=1)))
        ]

    def faults(self) -> Mapping[str, bool]:
        """Its switches."""
        return {name: name in self._printer.faults for name in FAULTS}

    def set_fault(self, name: str, on: bool) -> None:
        """Turns a switch."""
        self._printer.fault(name, on)


def _words_in(file: Path) -> dict[str, str]:
    """The words of earlier paper; a file that a power cut spoilt only means that they are gone."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        return {}
