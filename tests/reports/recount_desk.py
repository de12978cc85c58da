"""What desks did, counted once more in SQL over the journal's JSON: time, transfers, self-reliance, proofs, arrivals, clerks."""

from tests.reports.recount import Recount

CLOSERS = "'VisitRequeued', 'VisitParked', 'VisitTransferred', 'VisitEnded'"


class DeskRecount(Recount):
    """As `Recount`, with more tables. Times are microseconds; a contact is at a desk as soon as it begins."""

    def _micros(self, text: str) -> str:
        """A time of JSON, in whole seconds."""
        if self._lite:
            return f"CAST(strftime('%s', {text}) AS INTEGER) * 1000000"
        return f"CAST(EXTRACT(EPOCH FROM CAST({text} AS timestamptz)) AS BIGINT) * 1000000"

    def _tables(self) -> str:
        j, number = self._j, "INTEGER" if self._lite else "BIGINT"
        return f"""{super()._tables()},
        turns AS (
            SELECT visit, position, at, type, actor, data,
                   LEAD(at) OVER w AS next_at, LEAD(type) OVER w AS next_type,
                   LAG(at) OVER w AS last_at, LAG(type) OVER w AS last_type, LAG(data) OVER w AS last_data
            FROM (SELECT alive.*, journal.actor FROM alive JOIN journal ON journal.position = alive.position
                  WHERE alive.type IN ('VisitCalled', 'ServiceStarted', {CLOSERS})
                      OR alive.type = 'TicketIssued' AND {j("series", "alive.data")} IS NULL) AS these
            WINDOW w AS (PARTITION BY visit ORDER BY position)
        ),
        last_calls AS (
            SELECT visit, at AS called, COALESCE({j("clerk")}, actor) AS clerk FROM turns AS c
            WHERE type IN ('VisitCalled', 'TicketIssued') AND NOT EXISTS (
                SELECT 1 FROM turns AS later WHERE later.visit = c.visit AND later.position > c.position
                AND later.type IN ('VisitCalled', 'VisitRequeued', 'VisitParked', 'VisitTransferred'))
        ),
        spans AS (
            SELECT visit, position, at AS served, next_at AS ended,
                   CASE WHEN type = 'TicketIssued' THEN at WHEN last_type = 'VisitCalled' THEN last_at END AS called,
                   CASE last_type WHEN 'VisitCalled' THEN {j("clerk", "last_data")} ELSE actor END AS clerk
            FROM turns WHERE type IN ('ServiceStarted', 'TicketIssued') AND next_at IS NOT NULL
                AND NOT (next_type = 'VisitEnded' AND visit IN (SELECT visit FROM corrections))
            UNION ALL
            SELECT w.visit, 9000000000, {self._micros(j("served", "w.data"))}, {self._micros(j("ended", "w.data"))},
                   last_calls.called, last_calls.clerk
            FROM last_words AS w LEFT JOIN last_calls ON last_calls.visit = w.visit WHERE {j("served", "w.data")} IS NOT NULL
        ),
        spent AS (
            SELECT visit, CAST(SUM(CASE WHEN ended > served THEN ended - served ELSE 0 END) AS BIGINT) / 1000000 AS seconds
            FROM spans GROUP BY visit
        ),
        walks AS (
            SELECT visit, walk FROM (
                SELECT visit, CASE WHEN served > called THEN (served - called) / 1000000 ELSE 0 END AS walk,
                       ROW_NUMBER() OVER (PARTITION BY visit ORDER BY position DESC) AS back
                FROM spans WHERE called IS NOT NULL) AS ordered WHERE back = 1
        ),
        desk AS (
            SELECT spent.visit, seconds, COALESCE(walk, 30) AS walk FROM spent LEFT JOIN walks ON walks.visit = spent.visit
            WHERE seconds > 0
        ),
        services_ AS (
            SELECT told.visit, {j("institution", "told.one")} AS institution, {j("kind", "told.one")} AS kind,
                   {j("outcome", "told.one")} AS outcome, {j("alone", "told.one")} AS alone, {j("why", "told.one")} AS why,
                   {j("redirected_to", "told.one")} AS place, {j("quantity", "told.one", number)} AS quantity,
                   {j("minutes", "told.one", number)} AS minutes, {j("n", "told.one", number)} AS n
            FROM told JOIN visits_ AS v ON v.visit = told.visit WHERE v.ending <> 'open'
        ),
        clocks AS (
            SELECT visit, CASE WHEN seconds = 0 THEN 0 WHEN (seconds + 30) / 60 < 1 THEN 1 ELSE (seconds + 30) / 60 END AS minutes
            FROM spent
        ),
        rests AS (
            SELECT s.visit, COALESCE(MAX(c.minutes), 0) - CAST(COALESCE(SUM(s.minutes), 0) AS BIGINT) AS rest,
                   SUM(CASE WHEN s.minutes IS NULL THEN 1 ELSE 0 END) AS silent
            FROM services_ AS s LEFT JOIN clocks AS c ON c.visit = s.visit GROUP BY s.visit
        ),
        shares_ AS (
            SELECT s.institution, CASE WHEN s.minutes IS NOT NULL THEN s.minutes WHEN rest <= 0 THEN 0
                   ELSE rest / silent + CASE WHEN place_ <= rest % silent THEN 1 ELSE 0 END END AS minutes
            FROM (SELECT services_.*, SUM(CASE WHEN minutes IS NULL THEN 1 ELSE 0 END)
                         OVER (PARTITION BY visit ORDER BY n) AS place_ FROM services_) AS s
            JOIN rests ON rests.visit = s.visit
        ),
        numbered AS (
            SELECT summons.*, ROW_NUMBER() OVER (PARTITION BY visit ORDER BY position) AS calls FROM summons
        ),
        proofs AS (
            SELECT n.visit, n.position, p.type, {j("zone", "p.data")} AS zone, p.at - n.at AS took
            FROM numbered AS n JOIN steps AS p ON p.visit = n.visit AND p.position > n.position
                AND p.type IN ('CallShown', 'CallSpoken') AND {j("calls", "p.data", number)} = n.calls
        ),
        shown_ AS (SELECT visit, position, MIN(took) AS took FROM proofs WHERE type = 'CallShown' GROUP BY visit, position)
        """
