"""Quality: ratings, complaints with their contacts, the standard's answers, filled forms, training, tips, findings, history."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "ratings",
        sa.Column("id", sa.Text, primary_key=True, comment="random"),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("hour", sa.Integer, nullable=False, comment="of the centre's own time"),
        sa.Column("counter", sa.Text),
        sa.Column("institution", sa.Text, nullable=False, comment="empty: a sensitive service, or not known"),
        sa.Column("way", sa.Text, nullable=False, comment="phone or tablet"),
        sa.Column("score", sa.Integer, comment="1 to 5"),
        sa.Column("settled", sa.Text, comment="yes, partly or no"),
        sa.Column("text", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rated",
        sa.Column("digest", sa.Text, primary_key=True, comment="SHA-256 of a ticket's token; erased when the day turns"),
        sa.Column("day", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False, comment="complaint, proposal or thanks"),
        sa.Column("about", sa.Text, nullable=False, comment="an institution's code; empty: the centre"),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, comment="account"),
        sa.Column("state", sa.Text, nullable=False, comment="new, at_work, answered or closed"),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("answered", sa.Text, comment="day"),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_table(
        "feedback_contacts",
        sa.Column("feedback", sa.Text, primary_key=True),
        sa.Column("contact", sa.Text, nullable=False),
    )
    op.create_table(
        "standard_lines",
        sa.Column("line", sa.Text, primary_key=True),
        sa.Column("says", sa.Text, nullable=False, comment="what this centre says otherwise, as JSON"),
        sa.Column("at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "standard_answers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False, comment="yes, partly or no"),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "inquiries",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False, comment="account of who entered it"),
        sa.Column("answers", sa.Text, nullable=False, comment="by question, as JSON"),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False, comment="account"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
    )
    op.create_table(
        "tips",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("season", sa.Text, nullable=False, comment="MM-DD/MM-DD; empty: left out"),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("slide", sa.Text, nullable=False, comment="code of a slide; empty: none"),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False, comment="line, feedback, rating, form or own"),
        sa.Column("of", sa.Text, nullable=False, comment="which one of them"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False, comment="account"),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, comment="open, at_work, done or dropped"),
        sa.Column("closed", sa.Text, comment="day"),
    )
    op.create_table(
        "quality_steps",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("of", sa.Text, nullable=False, comment="a finding or a feedback"),
        sa.Column("at", sa.BigInteger, nullable=False, comment="microseconds since 1970, UTC"),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index("ratings_day", "ratings", ["day"])
    op.create_index("feedback_day", "feedback", ["day"])
    op.create_index("standard_answers_line", "standard_answers", ["line", "day"])
    op.create_index("inquiries_form", "inquiries", ["form", "day"])
    op.create_index("findings_due", "findings", ["state", "due"])
    op.create_index("quality_steps_of", "quality_steps", ["of", "at"])


def downgrade() -> None:
    """Not offered: a journal is never thrown away by a tool."""
    raise NotImplementedError("restore a backup instead")
