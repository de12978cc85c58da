"""A promise is kept up to its very bound, by the same reckoning in the frozen month, the report and the network's row."""

import pytest

from server.national.node.visit_rows import visit_row
from server.reports import REPORTS
from server.reports.maker import sheets_of
from server.reports.month import figures
from tests.reports.made import served

MOMENT = 1 / 60_000_000
"""A microsecond, in minutes."""


@pytest.mark.parametrize(("wait", "kept"), [(10 - MOMENT, 1), (10, 1), (10 + MOMENT, 0)])
def test_the_bound_belongs_to_the_promise_everywhere(wait: float, kept: int) -> None:
    one = served(1, wait, low=5, high=10)
    month, report = figures(sheets_of([[one]])), REPORTS["promises"]([[one]])
    share = [column.key for column in report.columns].index("kept_share")
    assert (month.promised, month.kept, {row[share] for row in report.rows}) == (1, kept, {float(kept)})
    assert visit_row("a", 1, one, 1, "VID")["kept"] == kept
