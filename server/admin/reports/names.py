"""Codes of reports as people read them: names of the plan, words of our own, numbers of the language."""

from config.plan import Plan
from server.reports.table import ALL, Cell, Column
from server.reports.words import TIMES, WORDS, when
from server.words import Words


class Names:
    """In one language; what the plan does not know any more is shown by its code."""

    def __init__(self, plan: Plan, w: Words) -> None:
        self.w, self.plan = w, plan
        language = w.language

        def said(parts: object, field: str = "name") -> dict[str, str]:
            texts = {one.code: getattr(one, field) for one in parts}  # type: ignore[attr-defined]
            return {code: text.get(language, text["lv"]) for code, text in texts.items()}

        institutions = said(plan.institutions, "short")
        self._by: dict[str, dict[str, str]] = {
            "service": said(plan.services), "queue": said(plan.queues), "zone": said(plan.zones), "institution": institutions,
            "room": said(plan.rooms),
            "kind": _plain(plan.kinds, language), "channel": _plain(plan.channels, language),
            "reason": _plain(plan.unserved, language) | institutions,
        }  # fmt: skip

    def __call__(self, what: str, code: str) -> str:
        """The name of a code, which is what a column says it is."""
        if what in TIMES:
            return when(what, code, self.w.language)
        if what == "month":
            return self.w.month(code)
        if code == ALL:
            return self.w("All")
        known = self._by.get(what, {}).get(code)
        return known if known is not None else self.w(WORDS.get(code, code)) if code else self.w("not said")

    def cell(self, column: Column, cell: Cell, row: tuple[Cell, ...], columns: tuple[Column, ...]) -> str:
        """A cell of a table."""
        if cell is None:
            return "–"
        if column.kind == "text":
            what = column.key
            if what == "value":  # what it is stands in the column before
                what = str(row[[one.key for one in columns].index("by")])
            return self(what, str(cell))
        if column.kind == "date":
            return self.w.day(str(cell))
        if column.kind == "share":
            return self.w.share(float(cell), 1)
        return self.w.number(float(cell), 1 if column.kind == "minutes" else 0)


def _plain(texts: dict[str, dict[str, str]], language: str) -> dict[str, str]:
    return {code: text.get(language, text["lv"]) for code, text in texts.items()}
