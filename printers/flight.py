"""The job that is on its way."""


class Flight:
    """With the times that its next decision needs (monotonic seconds)."""

    def __init__(self, job_id: str, ident: bytes, total: int, void: bool, counted: int, rows: int, now: float) -> None:
        self.job_id, self.ident, self.total, self.void = job_id, ident, total, void
        self.counted = counted  # the printer's job counter before this job
        self.rows = rows  # of paper that it feeds
        self.moved_at = now  # when bytes last left
        self.left = total
        self.clear_at: float | None = None
        self.why = ""
        self.fenced_at_round: int | None = None
