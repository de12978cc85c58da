"""Which errors of a request have an answer of their own."""

import flask
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException


def not_taken(error: HTTPException) -> bool:
    """Whether an error is that of a form which the database did not take: a full disk, or one that cannot be reached."""
    cause = getattr(error, "original_exception", None)
    return flask.request.method == "POST" and isinstance(cause, OperationalError)
