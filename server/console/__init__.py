"""The parts of the `rinda` command."""
