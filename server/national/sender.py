"""The line itself: one HTTPS connection to the node, kept open, with a time-out and a bound on everything."""

from pathlib import Path

import requests

from server.national.papers import Papers
from server.national.uplink import Reply

CONNECT_S, ANSWER_S = 5.0, 30.0
ANSWER_MOST = 16 * 1024 * 1024
"""Bytes of an answer; the largest are settings with a catalogue of 2 MB."""
_PART = 64 * 1024


class Sender:
    """`send(path, body)`; OSError when no answer came. Redirects are no answers of a node and are not followed."""

    def __init__(self, papers: Papers, trust: Path | None = None) -> None:
        self._papers = papers
        self._session = session(trust)
        self._session.headers.update({"Authorization": f"Bearer {papers.secret}", "Content-Type": "application/x-rinda-sync"})

    def __call__(self, path: str, body: bytes) -> Reply:
        """Posts to the node."""
        return post(self._session, f"{self._papers.node}/sync/v1/{path}", body)

    def close(self) -> None:
        """Hangs up."""
        self._session.close()


def session(trust: Path | None = None) -> requests.Session:
    """A line of HTTPS that no variable of the environment leads elsewhere or gives a password to."""
    made = requests.Session()
    made.trust_env = False
    made.verify = str(trust) if trust is not None else True
    return made


def post(line: requests.Session, address: str, body: bytes) -> Reply:
    """Posts, and reads an answer of at most ANSWER_MOST bytes; OSError for a longer one, and for none."""
    said = bytearray()
    with line.post(address, data=body, timeout=(CONNECT_S, ANSWER_S), allow_redirects=False, stream=True) as answer:
        for part in answer.iter_content(_PART):
            said += part
            if len(said) > ANSWER_MOST:
                raise OSError(f"the answer is larger than {ANSWER_MOST} bytes")
        return Reply(answer.status_code, bytes(said))
