"""Keeping the data: copies, retention, the check-up, upgrades, installing."""
