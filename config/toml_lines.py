"""The line of every key and list item of a TOML document, which tomllib does not tell."""

import re
import tomllib

_TOKEN = re.compile(
    r"""
    (?P<skip>   [ \t\r]+ | \#[^\n]* )
  | (?P<string> \"{3}(?:\\.|[^\\])*?\"{3,5} | '{3}.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
  | (?P<mark>   [\[\]{}=,.\n] )
  | (?P<atom>   [^\s\[\]{}=,.\#"']+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def lines(source: str) -> dict[str, int]:
    """Line (from 1) by path (`queue[2].services[0]`) of a document that tomllib accepts."""
    return _Scan(source).found


def line_of(path: str, found: dict[str, int]) -> int | None:
    """The line of `path`, or of the nearest thing around it that stands in the file."""
    while path and path not in found:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return found.get(path)


class _Scan:
    def __init__(self, source: str) -> None:
        self.tokens: list[tuple[str, int]] = []
        self.at = 0
        self.found: dict[str, int] = {}
        line = 1
        for match in _TOKEN.finditer(source):
            if match.lastgroup != "skip":
                self.tokens.append((match[0], line))
            line += match[0].count("\n")
        self.tokens.append(("", line))
        self.document()

    def take(self, *marks: str) -> bool:
        """Step over the next token if it is one of `marks`."""
        hit = self.tokens[self.at][0] in marks
        self.at += hit
        return hit

    def document(self) -> None:
        table, counts = "", dict[str, int]()
        while self.tokens[self.at][0]:
            if self.take("\n"):
                continue
            if not self.take("["):
                self.pair(table)
                continue
            line, many = self.tokens[self.at][1], self.take("[")
            *parents, last = self.key()
            table = ""
            for part in parents:
                table = _join(table, part)
                self.found.setdefault(table, line)
                table += f"[{counts[table]}]" if table in counts else ""
            table = _join(table, last)
            if many:
                counts[table] = counts.get(table, -1) + 1
                self.found.setdefault(table, line)
                table += f"[{counts[table]}]"
            self.found.setdefault(table, line)
            self.take("]")
            self.take("]")

    def key(self) -> list[str]:
        parts = []
        while True:
            text = self.tokens[self.at][0]
            self.at += 1
            parts.append(str(tomllib.loads(f"k = {text}")["k"]) if text[0] in "\"'" else text)
            if not self.take("."):
                return parts

    def pair(self, table: str) -> None:
        line = self.tokens[self.at][1]
        path = table
        for part in self.key():
            path = _join(path, part)
            self.found.setdefault(path, line)
        self.take("=")
        self.value(path)

    def value(self, path: str) -> None:
        self.found.setdefault(path, self.tokens[self.at][1])
        if self.take("["):
            index = 0
            while not self.take("]"):
                if not self.take(",", "\n"):
                    self.value(f"{path}[{index}]")
                    index += 1
        elif self.take("{"):
            while not self.take("}"):
                if not self.take(",", "\n"):
                    self.pair(path)
        else:
            while self.tokens[self.at][0] not in (",", "]", "}", "\n", ""):
                self.at += 1


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part
