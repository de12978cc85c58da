"""Scanner and keypad: opened, lost and found again; what they say goes to the page, what was scanned never to the log."""

import contextlib
import fcntl
import logging
import os
import select
import threading
import time
from collections.abc import Callable
from typing import Protocol

import serial

from kiosk.codes import Events, Lines, Said, Sieve

log = logging.getLogger("rinda.kiosk")

EVIOCGRAB = 0x40044590
WAIT_S = 0.5
RETRY_S = (1.0, 2.0, 4.0, 8.0, 15.0)
USE = "use serial:///dev/ttyACM0, serial+URL with a URL of pyserial, or evdev:///dev/input/by-id/NAME"


class _Source(Protocol):
    def read(self) -> bytes:
        """What has come, after at most `WAIT_S`; OSError when the device is gone."""

    def close(self) -> None:
        """Closes."""


class _Serial:
    def __init__(self, url: str) -> None:
        self._port = serial.serial_for_url(url, timeout=WAIT_S)

    def read(self) -> bytes:
        return bytes(self._port.read(max(1, self._port.in_waiting)))

    def close(self) -> None:
        self._port.close()


class _Evdev:
    """An input device of its own for this program: what is typed on it reaches no window."""

    def __init__(self, path: str) -> None:
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            fcntl.ioctl(self._fd, EVIOCGRAB, 1)
        except OSError as error:
            log.warning("%s cannot be taken for this program alone: %s", path, error)

    def read(self) -> bytes:
        if not select.select([self._fd], [], [], WAIT_S)[0]:
            return b""
        data = os.read(self._fd, 4096)
        if not data:
            raise OSError("the device has ended")
        return data

    def close(self) -> None:
        os.close(self._fd)


class Input:
    """One device. `say` gets what it says, on the thread that calls `run`. `scanner` false: a keypad or a headphone socket.

    ValueError for a URL that is none.
    """

    def __init__(self, url: str, scanner: bool, say: Callable[[Said], None], retry_s: tuple[float, ...] = RETRY_S) -> None:
        scheme, _, rest = url.partition("://")
        serially = scheme == "serial" or scheme.startswith("serial+")
        if not rest or not (serially or scheme == "evdev") or (serially and not scanner):
            raise ValueError(f"bad URL of an input device {url!r}; {USE}")
        self._serially = serially
        self._path = url.removeprefix("serial+") if scheme.startswith("serial+") else rest
        self._scanner, self._say, self._retry_s = scanner, say, retry_s
        self._sieve = Sieve()

    def run(self, stop: threading.Event) -> None:
        """Reads until `stop` is set; a device that is not there, or goes, is looked for again and again."""
        failures, was_there = 0, True
        while not stop.is_set():
            try:
                source = self._open()
            except (OSError, ValueError) as error:
                if was_there:
                    log.warning("input device %s is not there: %s", self._path, error)
                was_there = False
                stop.wait(self._retry_s[min(failures, len(self._retry_s) - 1)])
                failures += 1
                continue
            log.info("input device %s is there", self._path)
            failures, was_there = 0, True
            try:
                self._listen(source, stop)
            except OSError as error:
                log.warning("input device %s is gone: %s", self._path, error)
                was_there = False
                stop.wait(self._retry_s[0])
            finally:
                with contextlib.suppress(OSError):
                    source.close()

    def _open(self) -> _Source:
        return _Serial(self._path) if self._serially else _Evdev(self._path)

    def _listen(self, source: _Source, stop: threading.Event) -> None:
        decoder = Lines() if self._serially else Events(self._scanner)
        muted = False
        while not stop.is_set():
            for said in decoder.feed(source.read()):
                now = time.monotonic()
                if self._sieve.passes(said, now):
                    self._say(said)
                elif self._sieve.muted(now) and not muted:
                    log.warning("input device %s does not stop: it is not listened to for a while", self._path)
                muted = self._sieve.muted(now)
