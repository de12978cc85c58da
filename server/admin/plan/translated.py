"""A form's field in the language of who fills it in."""

from typing import Any

import msgspec

from server.admin.plan.fields import Field
from server.words import Words


def translated(field: Field, w: Words) -> dict[str, Any]:
    """The field as plain data for the page, its words translated."""
    data: dict[str, Any] = msgspec.to_builtins(field)
    data["label"] = w(field.label)
    if field.help:
        data["help"] = w(field.help)
    if field.choices:
        data["choices"] = [[value, w(name)] for value, name in field.choices]
    if field.of:
        data["of"] = [translated(one, w) for one in field.of]
    return data
