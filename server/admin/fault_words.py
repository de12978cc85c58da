"""What the check of a plan says about a field, in the words of who fills a form in."""

import re

from config import texts

_SAID = (
    (r"is missing.*", "This is missing."),
    (r"the Latvian text \(lv\) is missing", "The Latvian text is missing."),
    (r"is empty", "This is empty."),
    (r"is too long: .* characters, at most ([\d,]+)", "This is too long: at most {0} characters."),
    (r"has a control character.*", "This has a character that cannot be shown."),
    (r"(-?[\d.]+?)(?:\.0)? is outside (\d+) to (\d+)", "A number from {1} to {2}, please, not {0}."),
    (r'there is no date "(.*)"', "There is no date {0}."),
    (r"Invalid isoformat string.*|month must be.*|day is out of range.*|day .* must be in range.*", "There is no such date."),
    (r'"(.*)" is not a stretch of time such as .*', "{0} is no stretch of time. Write it like this: 8:30-12:00; 13:00-17:00"),
    (r"there is no time (.*)", "There is no time {0}."),
    (r'"(.*)" ends before it begins', "{0} ends before it begins."),
    (r"(\S+) and (\S+) overlap", "{0} and {1} overlap."),
    (r'"(.*)" is before since.*', "The last day is before the first."),
    (r'"(.*)" is not a season such as .*', "A season has a first and a last day."),
    (r'slide "(.*)" is there already.*', "Another slide has this name already."),
    (r"does not go with kind .*", "This file is of another kind."),
    (r"a code has .*|.*: a code has .*", "A name here has 1 to 40 letters (a-z), digits, - or _."),
)


def words(fault: str, language: str) -> str:
    """The fault in a sentence; one that no form of ours can have stays as it is, or has a text of its own."""
    for pattern, sentence in _SAID:
        if match := re.fullmatch(pattern, fault, re.DOTALL):
            text = texts.translate(language, sentence)
            for at, part in enumerate(match.groups()):
                text = text.replace(f"{{{at}}}", re.sub(r"(\d),(\d)", "\\1\u00a0\\2", part))
            return text
    return texts.translate(language, fault)
