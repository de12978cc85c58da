"""How a device comes by its token."""
