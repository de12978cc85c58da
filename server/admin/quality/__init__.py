"""The manager's pages of quality, /admin/quality."""
