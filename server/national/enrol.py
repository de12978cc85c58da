"""How a centre's server gets its papers: a code from the network's officer for a credential, once."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from server.files import naming_full, replace_file
from server.national.papers import Papers, check_node, save_papers
from server.national.receiver import begin_with
from server.national.sender import post, session
from server.national.signing import Given
from server.national.uplink import said_no

PLAN = "plan.toml"
"""The plan that came with the papers, in the data folder; `rinda serve` takes it where no other is named."""

ROOM = 4 * 1024 * 1024
"""More than papers, plan and settings take."""


def enrol(node: str, code: str, folder: Path) -> Papers:
    """Asks the node and keeps its answer: the papers, and for a new centre its plan and the settings in force. ValueError says
    what is wrong with address or code. OSError before the node is asked where the answer could not be kept: with it the code is
    used up, and the papers of before are void.
    """
    address = check_node(node)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with naming_full(folder), tempfile.TemporaryFile(dir=folder) as trial:
        trial.write(bytes(ROOM))
        os.fsync(trial.fileno())
    with session() as line:
        answer = post(line, f"{address}/sync/v1/enrol", code.encode())
    if answer.status != 200:
        raise ValueError(f"the node did not take the code: {said_no(answer).text}")
    given = msgspec.json.decode(answer.body, type=Given)
    papers = Papers(node=address, centre=given.centre, secret=given.secret, key=given.key)
    save_papers(folder, papers)
    if given.plan and not (folder / PLAN).exists():
        replace_file(folder / PLAN, given.plan.encode())
    if given.bundle is not None:
        begin_with(folder, given.key, given.bundle, datetime.now(UTC))
    return papers
