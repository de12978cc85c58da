"""What keeps a centre's data: copies and their proof, retention, the check-up, upgrades, installing."""
