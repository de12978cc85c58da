"""How a centre's server gets its papers: a code from the network's officer for a credential, once."""

from pathlib import Path

import msgspec
import requests

from server.national.papers import Papers, check_node, save_papers
from server.national.sender import ANSWER_S, CONNECT_S


class _Given(msgspec.Struct, frozen=True):
    centre: str
    secret: str
    key: str = ""


def enrol(node: str, code: str, folder: Path) -> Papers:
    """Asks the node and keeps its answer; ValueError says what is wrong with address or code."""
    address = check_node(node)
    answer = requests.post(f"{address}/sync/v1/enrol", data=code.encode(), timeout=(CONNECT_S, ANSWER_S), allow_redirects=False)
    if answer.status_code != 200:
        raise ValueError(f"the node did not take the code: {answer.text[:200]}")
    given = msgspec.json.decode(answer.content, type=_Given)
    papers = Papers(node=address, centre=given.centre, secret=given.secret, key=given.key)
    save_papers(folder, papers)
    return papers
