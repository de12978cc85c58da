"""Text to sound and the clips of calls."""
