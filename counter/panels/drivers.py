"""The drivers by name: what must be said to a sign so that it shows something."""

from collections.abc import Callable

from config.plan import Line, Panel
from counter.panels import alpha, modbus, pole, template
from counter.panels.exchange import Exchange
from counter.panels.shown import Shown

Driver = Callable[[Line, Panel, Shown], tuple[Exchange, ...]]

DRIVERS: dict[str, Driver] = {
    "modbus": modbus.exchanges, "alpha": alpha.exchanges, "pole": pole.exchanges, "template": template.exchanges,
}  # fmt: skip
