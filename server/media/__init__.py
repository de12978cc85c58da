"""Files of the boards."""
