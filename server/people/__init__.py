"""Who may come in, and how that is known."""
