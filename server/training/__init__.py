"""The training centre."""
