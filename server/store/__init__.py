"""What is kept: the journal, the rows of visits, the replies; SQLite by default, PostgreSQL through the same code."""
