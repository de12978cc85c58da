"""Which version of the program runs."""

from importlib.metadata import PackageNotFoundError, version


def running() -> str:
    """The version as it was installed; empty where nobody knows."""
    try:
        return version("rinda")
    except PackageNotFoundError:
        return ""


VERSION = running()
