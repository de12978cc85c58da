"""The pure heart: what is true on the floor, what may be asked, what happened; no I/O, no clock, no chance."""
