"""The figures of reports counted once more: in SQL, over the JSON of the journal alone. It shares no code with the reports."""

from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, text


class Recount:
    """Over a connection to SQLite or PostgreSQL. Waits are microseconds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lite = connection.dialect.name == "sqlite"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query over the tables below finds; a sum that PostgreSQL makes a decimal of is the whole number that it is."""
        found = self._connection.execute(text(f"WITH {self._tables()} {query}"))
        return [tuple(int(one) if isinstance(one, Decimal) and one == int(one) else one for one in row) for row in found]

    def dict(self, query: str) -> dict[Any, Any]:
        """The last column by those before it."""
        return {row[0] if len(row) == 2 else row[:-1]: row[-1] for row in self.rows(query)}

    def quantile(self, part: float, of: str = "waits", where: str = "1 = 1") -> int | None:
        """The value at the place that at least this share does not exceed."""
        query = f"""SELECT wait FROM (
            SELECT wait, ROW_NUMBER() OVER (ORDER BY wait) AS place, COUNT(*) OVER () AS n FROM {of} WHERE {where}
        ) AS ranked WHERE place >= {part} * n - 0.0000001 ORDER BY place LIMIT 1"""
        found = self.rows(query)
        return found[0][0] if found else None

    def _j(self, key: str, data: str = "data", kind: str = "TEXT") -> str:
        """A value of a JSON text."""
        if self._lite:
            return f"CAST(json_extract({data}, '$.{key}') AS {kind})"
        return f"CAST(CAST({data} AS json) ->> '{key}' AS {kind})"

    def _each(self, path: str) -> str:
        """A lateral join over an array in `data`."""
        if self._lite:
            return f"json_each(data, '$.{path}') AS one"
        return f"json_array_elements(CAST(data AS json) -> '{path}') AS one(value)"

    def _tables(self) -> str:
        j, each = self._j, self._each("delivered")
        nested = "json_extract(data, '$.delivered')" if self._lite else "CAST(CAST(data AS json) -> 'delivered' AS text)"
        number = "INTEGER" if self._lite else "BIGINT"
        # A step that was taken back: the count of its kind falls below what it was with the step.
        return f"""
        steps AS (
            SELECT position, at, type, data, {j("visit")} AS visit,
                   CASE type WHEN 'StepUndone' THEN {j("step")} ELSE type END AS kind,
                   CASE type WHEN 'StepUndone' THEN -1 ELSE 1 END AS delta
            FROM journal WHERE data LIKE '%"visit":%'
        ),
        counted AS (
            SELECT steps.*, SUM(delta) OVER (PARTITION BY visit, kind ORDER BY position) AS depth FROM steps
        ),
        alive AS (
            SELECT * FROM counted AS a WHERE delta = 1 AND NOT EXISTS (
                SELECT 1 FROM counted AS b
                WHERE b.visit = a.visit AND b.kind = a.kind AND b.position > a.position AND b.depth < a.depth)
        ),
        issued AS (
            SELECT visit, position, at, {j("day")} AS day, {j("service")} AS service, {j("queue")} AS queue,
                   {j("origin")} AS origin, {j("series")} AS series, {j("high", kind=number)} AS high,
                   {j("low", kind=number)} AS low, {j("middle_s", kind=number)} AS middle, {j("prints")} AS prints
            FROM alive WHERE type = 'TicketIssued'
        ),
        ends AS (
            SELECT visit, ending FROM (
                SELECT visit, CASE type WHEN 'VisitEnded' THEN {j("reason")} ELSE {j("end")} END AS ending,
                       ROW_NUMBER() OVER (PARTITION BY visit ORDER BY position DESC) AS back
                FROM alive WHERE type IN ('VisitEnded', 'VisitCorrected')
            ) AS ordered WHERE back = 1
        ),
        corrections AS (SELECT visit, COUNT(*) AS n FROM alive WHERE type = 'VisitCorrected' GROUP BY visit),
        visits_ AS (
            SELECT issued.*, COALESCE(ends.ending, 'open') AS ending, COALESCE(corrections.n, 0) AS corrected
            FROM issued LEFT JOIN ends ON ends.visit = issued.visit LEFT JOIN corrections ON corrections.visit = issued.visit
        ),
        called AS (SELECT visit, MIN(at) AS at FROM alive WHERE type = 'VisitCalled' GROUP BY visit),
        waits AS (
            SELECT v.visit, v.day, v.service, v.queue, v.low, v.high, v.middle, called.at - v.at AS wait
            FROM issued AS v JOIN called ON called.visit = v.visit WHERE v.series IS NOT NULL
        ),
        struck AS (SELECT visit, MAX(position) AS position FROM alive WHERE type = 'ServiceStruck' GROUP BY visit),
        said AS (
            SELECT visit, position, {"json_extract(data, '$.delivered')" if self._lite else nested} AS one
            FROM alive AS a WHERE type = 'ServiceRecorded'
                AND NOT EXISTS (SELECT 1 FROM struck WHERE struck.visit = a.visit AND struck.position > a.position)
            UNION ALL
            SELECT left_.visit, left_.position, {"one.value" if self._lite else "CAST(one.value AS text)"} FROM (
                SELECT a.visit, a.position, a.data FROM alive AS a
                JOIN struck ON struck.visit = a.visit AND struck.position = a.position
            ) AS left_, {each}
        ),
        recorded AS (
            SELECT visit, one FROM (
                SELECT visit, one, ROW_NUMBER() OVER (PARTITION BY visit, {j("n", "one")} ORDER BY position DESC) AS back
                FROM said WHERE visit NOT IN (SELECT visit FROM corrections)
            ) AS ordered WHERE back = 1
        ),
        last_words AS (
            SELECT visit, data FROM (
                SELECT visit, data, ROW_NUMBER() OVER (PARTITION BY visit ORDER BY position DESC) AS back
                FROM alive WHERE type = 'VisitCorrected'
            ) AS ordered WHERE back = 1
        ),
        told AS (
            SELECT visit, {"one.value" if self._lite else "CAST(one.value AS text)"} AS one FROM last_words, {each}
            UNION ALL SELECT visit, one FROM recorded
        ),
        given AS (
            SELECT v.day, v.visit, {j("institution", "told.one")} AS institution, {j("service", "told.one")} AS service,
                   COALESCE(NULLIF({j("counts", "told.one")}, ''), {j("kind", "told.one")}) AS kind,
                   {j("outcome", "told.one")} AS outcome,
                   {j("quantity", "told.one", number)} AS quantity
            FROM told JOIN visits_ AS v ON v.visit = told.visit WHERE v.ending <> 'open'
        ),
        summons AS (
            SELECT a.visit, a.position, a.at FROM alive AS a WHERE a.type = 'VisitCalled'
            UNION ALL
            SELECT r.visit, r.position, r.at FROM counted AS r WHERE r.type = 'VisitRecalled' AND EXISTS (
                SELECT 1 FROM alive AS a WHERE a.type = 'VisitCalled' AND a.visit = r.visit AND a.position = (
                    SELECT MAX(c.position) FROM counted AS c
                    WHERE c.type = 'VisitCalled' AND c.visit = r.visit AND c.position < r.position))
        )
        """
