"""The centre server: a pure domain, one writer, one journal, and the doors around them."""
