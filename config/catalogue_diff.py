"""What one catalogue says otherwise than another, fact by fact."""

from typing import Any, Literal

import msgspec

from config.catalogue import Catalogue, Text


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """`part` is institutions, services or situations, or a vocabulary such as kinds; `name` what people call `code`.

    `what` is new, gone or changed; of what changed also the `field`, before and after as plain data.
    """

    part: str
    code: str
    name: Text
    what: Literal["new", "gone", "changed"]
    field: str = ""
    before: Any = None
    after: Any = None


def differences(before: Catalogue, after: Catalogue) -> tuple[Difference, ...]:
    """All of them: by part, then in the order of the newer catalogue, gone ones last."""
    found: list[Difference] = []
    for part in Catalogue.__struct_fields__:
        old, new = getattr(before, part), getattr(after, part)
        if part == "health_words":
            found += [Difference(part=part, code=one, name={}, what="new") for one in new if one not in old]
            found += [Difference(part=part, code=one, name={}, what="gone") for one in old if one not in new]
            continue
        was = old if isinstance(old, dict) else {one.code: one for one in old}
        now = new if isinstance(new, dict) else {one.code: one for one in new}
        for code, value in now.items():
            if code not in was:
                found.append(Difference(part=part, code=code, name=_name(value), what="new"))
            else:
                found += _changed(part, code, was[code], value)
        found += [Difference(part=part, code=code, name=_name(was[code]), what="gone") for code in was if code not in now]
    return tuple(found)


def _changed(part: str, code: str, was: Any, now: Any) -> list[Difference]:
    if isinstance(now, dict):
        pairs = [(language, was.get(language), now.get(language)) for language in {**was, **now}]
    else:
        pairs = [(name, getattr(was, name), getattr(now, name)) for name in now.__struct_fields__]
    return [
        Difference(
            part=part, code=code, name=_name(now), what="changed", field=name, before=msgspec.to_builtins(one),
            after=msgspec.to_builtins(other),
        )
        for name, one, other in pairs if one != other
    ]  # fmt: skip


def _name(value: Any) -> Text:
    found: Text = value if isinstance(value, dict) else getattr(value, "name", {})
    return found
