"""Prints the words of sed that fill the package's control files: version, architecture and interpreter of this machine."""

import subprocess
import sys
import tomllib
from pathlib import Path

version = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["version"]
arch = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
python = f"python{sys.version_info.major}.{sys.version_info.minor}"
sys.stdout.write(f"-e s/@VERSION@/{version}/ -e s/@ARCH@/{arch}/ -e s/@PYTHON@/{python}/g\n")
