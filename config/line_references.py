"""What the serial lines of a plan say about its counters, and what each driver needs."""

from collections.abc import Sequence

from config.byte_template import literal
from config.line_limits import check_port
from config.plan import Line, Plan
from config.shape import Report

_ADDRESSES = {"modbus": (1, 247), "alpha": (0, 255), "template": (0, 255)}
"""By driver, if its signs have addresses."""


def check_lines(plan: Plan, report: Report) -> None:
    """Panels and keys belong to counters that exist, addresses differ, and each driver has what it needs."""
    counters = [counter.code for counter in plan.counters]
    for i, line in enumerate(plan.lines):
        path = f"lines[{i}]"
        before = [other.code for other in plan.lines[:i] if other.port == line.port and line.port]
        if before:
            report.add(f"{path}.port", f'line "{before[0]}" has the port {line.port} already')
        _ports(line, path, report)
        _panels(line, path, counters, report)
        _driver(line, path, report)
        _keys(line, path, counters, report)


def _ports(line: Line, path: str, report: Report) -> None:
    for name, port in (("port", line.port), ("keys_port", line.keys_port)):
        try:
            if port:
                check_port(port)
        except ValueError as error:
            report.add(f"{path}.{name}", str(error))


def _panels(line: Line, path: str, counters: Sequence[str], report: Report) -> None:
    if not line.panels:
        report.add(f"{path}.panels", f'line "{line.code}" has no panels')
    taken = dict[tuple[object, ...], str]()
    for j, panel in enumerate(line.panels):
        where = f"{path}.panels[{j}]"
        _at_counter("a panel", panel.counter, counters, f"{where}.counter", report)
        low, high = _ADDRESSES.get(line.driver, (0, 255))
        if not low <= panel.address <= high and f"{where}.address" not in report.holes:
            report.add(f"{where}.address", f"{panel.address} is outside {low} to {high}, the addresses of {line.driver}")
        if panel.shows != "text" and line.driver not in ("modbus", ""):
            report.add(f"{where}.shows", f'"{panel.shows}" goes with driver "modbus", not "{line.driver}"')
        place = (panel.address, panel.shows == "lamp", panel.register) if line.driver == "modbus" else (panel.address,)
        if place in taken:
            report.add(f"{where}.address", f"address {panel.address} is that of counter {taken[place]}'s panel already")
        taken.setdefault(place, panel.counter)
    if line.driver == "pole" and len(line.panels) > 1:
        report.add(f"{path}.panels", "a pole display has no address: only one can be on a line")


def _driver(line: Line, path: str, report: Report) -> None:
    if line.driver == "template" and not line.template and f"{path}.template" not in report.holes:
        report.add(f"{path}.template", 'driver "template" needs a template')
    for name, driver in (("template", "template"), ("checksum", "alpha"), ("light_register", "modbus")):
        if getattr(line, name) not in ("", False, None) and line.driver not in (driver, ""):
            report.add(f"{path}.{name}", f'{name} goes with driver "{driver}", not "{line.driver}"')


def _keys(line: Line, path: str, counters: Sequence[str], report: Report) -> None:
    said = dict[bytes, int]()
    for j, key in enumerate(line.keys):
        where = f"{path}.keys[{j}]"
        _at_counter("a key", key.counter, counters, f"{where}.counter", report)
        if not key.does and f"{where}.does" not in report.holes:
            report.add(f"{where}.does", "names no command")
        if f"{where}.says" in report.holes:
            continue
        own = literal(key.says)
        for other, k in said.items():
            if own.startswith(other) or other.startswith(own):
                report.add(f"{where}.says", f"begins as keys[{k}] does, so the two cannot be told apart")
        said[own] = j
    if line.keys and line.driver == "modbus" and not line.keys_port:
        report.add(f"{path}.keys", "signs by Modbus leave no room for keys on their line: name a keys_port")


def _at_counter(who: str, code: str, counters: Sequence[str], path: str, report: Report) -> None:
    if code and code not in counters and not report.torn("counters", "counters[]", "counters[].code"):
        report.add(path, f'{who} is at counter "{code}", which no [[counter]] defines{report.did_you_mean(code, counters)}')
