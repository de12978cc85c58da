"""Whole days of a centre at full speed: drawn visitors and clerks who give the real commands."""
