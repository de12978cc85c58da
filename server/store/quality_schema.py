"""Tables about quality: ratings, complaints, the standard's answers, filled forms, training, findings and what was done.

None of it is of the floor, nothing of it travels. Who gave a rating cannot be found in it, nor by the order of its rows.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from server.store.schema import metadata

ratings = Table(
    "ratings",
    metadata,
    Column("id", Text, primary_key=True, comment="random"),
    Column("day", Text, nullable=False),
    Column("hour", Integer, nullable=False, comment="of the centre's own time"),
    Column("counter", Text),
    Column("institution", Text, nullable=False, comment="empty: a sensitive service, or not known"),
    Column("way", Text, nullable=False, comment="phone or tablet"),
    Column("score", Integer, comment="1 to 5"),
    Column("settled", Text, comment="yes, partly or no"),
    Column("text", Text, nullable=False),
    Index("ratings_day", "day"),
    sqlite_with_rowid=False,
)

rated = Table(
    "rated",
    metadata,
    Column("digest", Text, primary_key=True, comment="SHA-256 of a ticket's token; erased when the day turns"),
    Column("day", Text, nullable=False),
    sqlite_with_rowid=False,
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("kind", Text, nullable=False, comment="complaint, proposal or thanks"),
    Column("about", Text, nullable=False, comment="an institution's code; empty: the centre"),
    Column("language", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("owner", Text, comment="account"),
    Column("state", Text, nullable=False, comment="new, at_work, answered or closed"),
    Column("due", Text, nullable=False),
    Column("answered", Text, comment="day"),
    Column("answer", Text, nullable=False),
    Index("feedback_day", "day"),
)

feedback_contacts = Table(
    "feedback_contacts",
    metadata,
    Column("feedback", Text, primary_key=True),
    Column("contact", Text, nullable=False),
)

standard_lines = Table(
    "standard_lines",
    metadata,
    Column("line", Text, primary_key=True),
    Column("says", Text, nullable=False, comment="what this centre says otherwise, as JSON"),
    Column("at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("by", Text, nullable=False),
)

standard_answers = Table(
    "standard_answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("answer", Text, nullable=False, comment="yes, partly or no"),
    Column("evidence", Text, nullable=False),
    Column("by", Text, nullable=False),
    Index("standard_answers_line", "line", "day"),
)

inquiries = Table(
    "inquiries",
    metadata,
    Column("id", Text, primary_key=True),
    Column("form", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("by", Text, nullable=False, comment="account of who entered it"),
    Column("answers", Text, nullable=False, comment="by question, as JSON"),
    Index("inquiries_form", "form", "day"),
)

courses = Table(
    "courses",
    metadata,
    Column("id", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("person", Text, nullable=False, comment="account"),
    Column("title", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("by", Text, nullable=False),
)

tips = Table(
    "tips",
    metadata,
    Column("code", Text, primary_key=True),
    Column("season", Text, nullable=False, comment="MM-DD/MM-DD; empty: left out"),
    Column("title", Text, nullable=False),
    Column("slide", Text, nullable=False, comment="code of a slide; empty: none"),
)

findings = Table(
    "findings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("source", Text, nullable=False, comment="line, feedback, rating, form or own"),
    Column("of", Text, nullable=False, comment="which one of them"),
    Column("text", Text, nullable=False),
    Column("owner", Text, nullable=False, comment="account"),
    Column("due", Text, nullable=False),
    Column("state", Text, nullable=False, comment="open, at_work, done or dropped"),
    Column("closed", Text, comment="day"),
    Index("findings_due", "state", "due"),
)

quality_steps = Table(
    "quality_steps",
    metadata,
    Column("id", Text, primary_key=True),
    Column("of", Text, nullable=False, comment="a finding or a feedback"),
    Column("at", BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Index("quality_steps_of", "of", "at"),
)
