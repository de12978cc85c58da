"""A Custom kiosk printer as the virtual printer plays it: full status, presenter (KPM300 and VKP80II command references)."""

from printers.virtual_escpos import EscposFamily
from printers.virtual_machine import Machine, Program, Reply

PARAMETERS = {b"\xe0": 1, b"\xe1": 0, b"\xe6": 2}  # bytes behind GS e0, e1, e6
METRE = 8000  # dot rows in a metre of paper


class CustomFamily(EscposFamily):
    """ESC/POS without process IDs, clear and cut counter."""

    presents = True

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine, epson=False)
        self._auto: dict[Reply, bytes] = {}

    def forget(self, reply: Reply | None = None) -> None:
        """The automatic status ends with its connection."""
        super().forget(reply)
        for known in [reply] if reply else list(self._auto):
            self._auto.pop(known, None)

    def changed(self) -> None:
        """Sends the full status to all who asked for it, if it is not as before."""
        super().changed()
        for reply, last in list(self._auto.items()):
            if (now := self.full()) != last:
                self._auto[reply] = now
                self.machine.say(now, reply)

    def full(self) -> bytes:
        """10 0f, paper, user, recoverable and unrecoverable errors."""
        faults, machine = self.machine.faults, self.machine
        out, near = "paper_out" in faults, bool(faults & {"paper_out", "near_end"})
        taken_out = machine.position == "out"
        return bytes((
            0x10, 0x0F, 0x01 * out | 0x04 * near | 0x20 * taken_out,
            0x02 * ("cover_open" in faults) | 0x0C * machine.busy, 0x40 * ("jam" in faults), 0x01 * machine.jammed,
        ))  # fmt: skip

    def at_once(self, command: bytes, reply: Reply) -> None:
        """DLE EOT 20 besides the four of ESC/POS."""
        if command == b"\x10\x04\x14":
            self.machine.say(self.full(), reply)
        else:
            super().at_once(command, reply)

    def _gs_other(self, kind: bytes) -> Program:
        host = self.machine.host
        if kind == b"e":
            yield from self._ejector()
        elif kind in PARAMETERS:
            data = (yield PARAMETERS[kind]) if PARAMETERS[kind] else b""
            if kind == b"\xe0" and host:
                self._auto.pop(host, None)
                if data != b"\0":
                    self._auto[host] = self.full()
            elif kind == b"\xe1":
                rows = 100 * METRE if self.machine.paper_left is None else self.machine.paper_left
                self.machine.say(f"{rows * 100 // METRE}cm".encode("ascii"), host)
        else:
            yield from super()._gs_other(kind)

    def _ejector(self) -> Program:
        n = (yield 1)[0]
        if n == 2:
            self.machine.retract()
        elif n == 3:
            yield 1
            self.machine.present()
        elif n == 5:
            self.machine.eject()
