"""Security headers that every answer of every Rinda web server carries."""

import flask
from flask.sansio.app import App

POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""`connect-src 'self'` covers http(s) and the websocket of the same origin; nothing else is ever needed."""

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {source}" for name, source in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def secure(app: App) -> None:
    """Sets the headers on each answer of `app`; what names no caching of its own (static files do) is not stored."""

    @app.after_request
    def add(answer: flask.Response) -> flask.Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        if flask.request.path.startswith("/static/vendor/") and answer.status_code == 200:
            # Icons and fonts must be there when the server is not: a page that has lost it draws its notice with them.
            answer.headers["Cache-Control"] = "public, max-age=86400"
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer
