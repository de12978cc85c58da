"""The plan, live: edited in forms, checked, compared, and started while the centre is open."""
