"""The centre manager's side."""
