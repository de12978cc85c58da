"""A serial line without a cable for the demo: a pseudo-terminal with signs of software at its far end."""

import os

import gevent
import gevent.os
from gevent.event import Event

from config.byte_template import literal
from config.plan import Key, Line
from counter.panels.virtual import VirtualLine
from counter.sign_page import Signs

AWAIT_S = 20.0
"""Who asks for news is answered after so long without any."""


class VirtualSerial:
    """`port` is what the panel program opens. Runs on the gevent loop."""

    def __init__(self, line: Line) -> None:
        import tty  # where there are pseudo-terminals

        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.port = os.ttyname(self._near)
        gevent.os.make_nonblocking(self._far)
        self._line, self._version, self._news = VirtualLine(line), 0, Event()
        self._reader = gevent.spawn(self._read)

    def shown(self, version: int) -> Signs:
        """What the signs show once that is newer than `version`, or after a while."""
        if version == self._version:
            self._news.wait(AWAIT_S)
        return Signs(version=self._version, signs=self._line.signs)

    def press(self, key: Key) -> None:
        """Says what the key says."""
        gevent.os.nb_write(self._far, literal(key.says))

    def close(self) -> None:
        """Lets the line go."""
        self._reader.kill()
        os.close(self._near)
        os.close(self._far)

    def _read(self) -> None:
        while data := gevent.os.nb_read(self._far, 4096):
            if self._line.feed(data):
                self._version += 1
                told, self._news = self._news, Event()
                told.set()
