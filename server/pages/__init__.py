"""The centre server's own pages."""
