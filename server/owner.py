"""Whose the files of a data folder are: what root makes there would be closed to the server, which runs as another user."""

import os
import stat
import subprocess
from pathlib import Path


def foreign(folder: Path) -> list[Path]:
    """What in a folder belongs to another user than the folder itself."""
    user = folder.stat().st_uid
    return sorted(one for one in folder.rglob("*") if one.lstat().st_uid != user)


def closed(file: Path, folder: Path) -> bool:
    """As root: whether the user of a folder may not read a file elsewhere."""
    if os.geteuid() != 0 or not folder.is_dir():
        return False
    user = folder.stat()
    ask = ["test", "-r", str(file)]
    return subprocess.run(ask, user=user.st_uid, group=user.st_gid, extra_groups=[], check=False).returncode != 0


def hand_over(folder: Path) -> None:
    """As root: gives what root made in somebody's folder to whose folder it is; OSError.

    Links, and files that have a second name, stay as they are: the folder's user could have laid them there.
    """
    if os.geteuid() != 0 or not folder.is_dir() or (owner := folder.stat()).st_uid == 0:
        return
    for _, folders, files, here in os.fwalk(folder):
        for name in (*folders, *files):
            found = os.stat(name, dir_fd=here, follow_symlinks=False)
            if found.st_uid == 0 and (stat.S_ISDIR(found.st_mode) or (stat.S_ISREG(found.st_mode) and found.st_nlink == 1)):
                os.chown(name, owner.st_uid, owner.st_gid, dir_fd=here, follow_symlinks=False)
