"""What the check of a plan says about a field, in the words of who fills a form in."""

import re

from config import texts

_SAID = (
    (r"is missing: calls in another language.*", "Calls in another language than Latvian need a reason in law. Write it here."),
    (
        r"is missing \(only a queue of just one institution.*",
        "This is missing: only a queue of just one institution has one by itself.",
    ),
    (r"\[\[(\w+)\]\] is missing", "There must be at least one."),
    (r"is empty, so the centre would never be open.*", "Without usual hours the centre would never be open."),
    (r"is empty: the slip would name no network", "This is empty: the slip would name no network."),
    (
        r"(\S+) is outside (\d+) to (\d+), the addresses of (\w+)",
        "A sign of this kind has an address from {1} to {2}, not {0}.",
    ),
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
    (r'unknown key "(.*)"', "There is no field {0}."),
    (r'there is no key "(.*)"', "There is no key {0}."),
    (r'the network sets no key "(.*)"', "The network cannot set the key {0}."),
    (r"this plan has no (\w+); set it whole", "This plan has no part {0}: set it whole."),
    (r"([\d,]+) more unknown keys", "More fields that are not known: {0}."),
    (r"has ([\d,]+) entries, at most ([\d,]+)", "There are {0} entries here, at most {1} are possible."),
    (r"expected (a whole number|a number).*|Expected `(?:int|float)`, got .*", "A number, please."),
    (r"Expected `(?:int|float)` <= (\S+)", "A number of at most {0}, please."),
    (r"Expected `(?:int|float)` >= (\S+)", "A number of at least {0}, please."),
    (r"[Ee]xpected .*", "Something else is expected here."),
    (r'"(.*)" cannot be a series; one of (\w+)', "{0} cannot be the letter of numbers. Choose one of {1}."),
    (r'language "(.*?)" is not known.*', "The language {0} is not known here."),
    (r'"(.*)" is not the name of a time zone.*', "{0} is no time zone, such as Europe/Riga."),
    (
        r"needs \{n\} for the number of the counter.*",
        "{n} for the number of the counter must stand here once, and no other braces.",
    ),
    (r"0 is no weekday of a month.*", "A weekday of a month is 1 to 5, or -1 for the last."),
    (r"'(.*)' is not the address of a page.*", "{0} is not the address of a page (https://...)."),
    (r'no institution "(.*)" in the catalogue', "The catalogue has no institution {0}."),
    (r'no service "(.*)" in the catalogue', "The catalogue has no service {0}."),
    (r'service "(.*)" belongs to institution "(.*)", not "(.*)"', "The service {0} belongs to {1}, not to {2}."),
    (r'service "(.*)" is listed twice', "The service {0} is here twice."),
    (r'service "(.*)" is changed twice', "The service {0} is changed twice."),
    (r'service "(.*)" is changed here, but not offered', "The service {0} is changed here, but not offered."),
    (
        r'"(.*)" is in the catalogue, but no .* of this centre offers it',
        "{0} is in the catalogue, but no institution of this centre offers it.",
    ),
    (r'"(.*)" is the code of an institution', "{0} is the code of an institution."),
    (r'"(.*)" is none of the (\w+) \((.*)\)', "{0} is not known here. There are: {2}."),
    (r'the first language must be "lv"', "The first language must be Latvian."),
    (
        r"(\d+) minutes is more than park_limit_minutes \((\d+)\)",
        "{0} minutes are more than the {1} for which a visit can be set aside.",
    ),
    (
        r'(?:queue|counter|kiosk|booth|screen|room) ".*" (?:waits|stands|hangs|lies) in zone "(.*?)", which no .* defines.*',
        "There is no waiting area {0}.",
    ),
    (r'profile ".*" serves queue "(.*?)", which no .* defines.*', "There is no queue {0}."),
    (r'(?:counter|clerk) ".*" uses profile "(.*?)", which no .* defines.*', "There is no profile {0}."),
    (r'a (?:shift|panel|key) is at counter "(.*?)", which no .* defines.*', "There is no counter {0}."),
    (r'.* has institution "(.*?)", which no .* defines.*', "There is no institution {0}."),
    (r'situation ".*" leads to service "(.*?)", which no .* defines.*', "There is no service {0}."),
    (r'.* (?:offers|names) service "(.*)", which this centre does not offer', "This centre does not give the service {0}."),
    (r'queue ".*" has no services', "This queue has no services: nobody could wait in it."),
    (r'booth ".*" has no services', "This booth has no services."),
    (r'queue ".*" has service "(.*)", which is not offered', "The service {0} is not offered here."),
    (r'queue ".*" has service "(.*)", which is retired', "The service {0} is not given any more."),
    (r'service "(.*)" is twice in "(.*)"', "The service {0} is twice in this queue."),
    (r'service "(.*)" is in two queues: "(.*)" and "(.*)"', "The service {0} is in two queues: {1} and {2}."),
    (r'"(.*?)" offers (.*), but no queue has it', "No queue has {1}. Put it into one, or leave it out."),
    (
        r'queue "(.*)" is out of reach of every counter: no profile serves it',
        "No profile serves the queue {0}: whoever waits in it would never be called.",
    ),
    (
        r'queue "(.*)" is out of reach of every counter: only profile "(.*)" serves it and no counter uses that',
        "Only the profile {1} serves the queue {0}, and no counter uses that.",
    ),
    (r'queue ".*" asks for skill "(.*)", which no .* has', "No clerk has the skill {0}."),
    (r'profile ".*": order "ratio" needs shares', "This order needs to know how many of each queue."),
    (r'profile ".*": shares go with order "ratio".*', "How many of each queue goes with the order “so many of each in turn”."),
    (r'profile ".*" has two shares of queue "(.*)"', "The queue {0} is here twice."),
    (r'profile ".*" has a share of queue "(.*)", which it does not serve', "This profile does not serve the queue {0}."),
    (
        r"the roll goes from (\d+) to (\d+): it needs more than one number",
        "The roll goes from {0} to {1}: it needs more than one number.",
    ),
    (r"names no day", "Choose at least one day."),
    (r'"(\w+)" is in (?:regular|hours)\[(\d+)\] already.*', "This day is in another row already: write both times in one row."),
    (r'a day of "(.*)" is in exceptions\[(\d+)\] already', "A day of {0} is in another row already."),
    (r'queue ".*" has exceptions, but no hours.*', "This queue has dates with other hours, but no hours of its own."),
    (
        r'the notice is about "(.*)", which is no institution or service of this centre',
        "This centre has no institution or service {0}.",
    ),
    (
        r'booth ".*" is for "(.*)", which is no institution or service of this centre',
        "This centre has no institution or service {0}.",
    ),
    (r'booth ".*" is for "(.*)", which has no service with the channel .*', "{0} gives nothing by video."),
    (
        r'kiosks "(.*)" and "(.*)" have the same reserve letter (\w).*',
        "The kiosks {0} and {1} have the same letter {2}: without the server they would give the same numbers.",
    ),
    (
        r'\w+s "(.*)" and "(.*)" have the same letter (\w).*',
        "{0} and {1} have the same letter {2}: they would give the same numbers.",
    ),
    (r'\w+ "(.*)" is there already.*', "There is one called {0} already."),
    (r'slide ".*" is for zone "(.*?)", which no .* defines.*', "There is no waiting area {0}."),
    (r"(\d+) slides are more than boards are sent \((\d+)\)", "There can be at most {1} slides."),
    (r"has no place in a slide of kind .*", "A slide of this kind has no text of its own."),
    (r'"(.*)" is no file of the media folder.*', "There is no such file. Send it on the page of the boards."),
    (r'screen ".*" feeds an induction loop, but has no sound', "An induction loop needs a screen with sound."),
    (r'room ".*" can be had (\d+) minutes longer already', "{0} minutes are here twice."),
    (r'room ".*" could never be booked.*', "It could never be booked: the least time ahead is longer than the most."),
    (r'line "(.*)" has the port (.*) already', "The line {0} has this port already."),
    (
        r"'(.*)' is neither a device file nor a serial server.*",
        "{0} is neither a device file nor a serial server (socket://10.0.0.7:4001).",
    ),
    (r'line "(.*)" has no panels', "This line has no signs."),
    (r'"(.*)" goes with driver "(.*)", not "(.*)"', "Only signs by {1} can show this."),
    (r'(\w+) goes with driver "(.*)", not "(.*)"', "This belongs to the driver {1} only."),
    (r"address (\d+) is that of counter (.*)'s panel already", "The sign of counter {1} has the address {0} already."),
    (r"a pole display has no address.*", "Only one display of this kind can be on a line."),
    (r'driver "template" needs a template', "This driver needs a template."),
    (r"names no command", "Choose what the key does."),
    (r"begins as keys\[(\d+)\] does.*", "Another key sends the same bytes at first: the two cannot be told apart."),
    (r"signs by Modbus leave no room for keys.*", "Signs by Modbus leave no room for keys: name another port for them."),
    (r"(?:column \d+: )?.* is no ASCII sign.*", "There is a sign here that a board cannot show."),
    (
        r"(?:column \d+: )?(?:after a backslash|a single |\{.*\} (?:is none of|cannot be written)).*",
        "The bytes are not written as they must be; docs/panels.md tells how.",
    ),
    (r"has places in braces.*", "Only bytes can stand here, no braces."),
    (r"has no \{num\}.*", "Without a number the sign would never show one."),
    (r'".*" needs \{number\}.*', "{number} must stand here, {counter} may, and else only plain signs."),
    (r'"(\w+)" is listed twice', "{0} is here twice."),
    (r'there are no words for a voice in "(\w+)".*', "The voice does not know the language {0}."),
    (r'"(\w+)" is none of the languages of the centre.*', "{0} is none of the languages of the centre."),
    (r'no place is said in "(\w+)"', "The way to a counter is missing in the language {0}."),
    (
        r"has a figure, which may be said in the wrong case.*",
        "There is a figure here, which may be said in the wrong case: write it as a word.",
    ),
    (r"ordinal: an English ordinal stands before its noun.*", "In English the number comes last: choose the cardinal."),
    (r'there is no "(\w+)" in "(\w+)" \((.*)\)', "This language has no such gender."),
    (
        r'(?:counter|room|booth|zone) "(.*)": has a figure or a brace.*',
        "There is a figure or a brace here: write numbers as words.",
    ),
    (r'counter "(.*)": is not said in (.*)', "It is not said in every language of the voice: {1} is missing."),
    (r'counter "(.*)": is no number from 1 to 999.*', "{0} is no number from 1 to 999: write the way to it as it is spoken."),
    (r"is not base64: .*", "The logo is not in base64."),
    (r"is no PNG picture: .*", "The logo is no PNG picture."),
    (r"is (\d+) by (\d+) dots, at most (\d+) by (\d+)", "The logo has {0} by {1} dots, at most {2} by {3} are possible."),
    (r"has mode (\w+); a slip is black and white.*", "The logo has colours or greys: a slip is black and white."),
    (r"not TOML: (.*)", "This line is not TOML: {0}"),
    (r"is not UTF-8 text", "The file is not UTF-8 text."),
    (r"\[(.*)\] is there already; it may stand only once", "[{0}] is there already; it may stand only once."),
    (
        r'screen "(.*)": at (\S+) m capitals of (\d+) mm are needed, and only (\d+) rows of them fit on (\S+) inches(.*): hang.*',
        "Screen {0}: at {1} m capitals must be {2} mm high, and only {3} rows of them fit. Hang it nearer, or a larger one.",
    ),
    (
        r'zone "(.*)": the letters (.*) rhyme when they are spoken \((.*)\); letters that sound different are (.*)',
        "Waiting area {0}: the letters {1} sound alike when they are spoken ({2}). Letters that sound different are {3}.",
    ),
)


_MEANT = re.compile(r'; did you mean "(.*)"\?$')


def words(fault: str, language: str) -> str:
    """The fault in a sentence; one that no form of ours can have stays as it is, or has a text of its own."""
    meant = _MEANT.search(fault)
    if meant is not None:
        said = words(fault[: meant.start()], language).rstrip(".")
        return said + texts.translate(language, "; did you mean “{0}”?").replace("{0}", meant[1])
    for pattern, sentence in _SAID:
        if match := re.fullmatch(pattern, fault, re.DOTALL):
            text = texts.translate(language, sentence)
            for at, part in enumerate(match.groups()):
                text = text.replace(f"{{{at}}}", re.sub(r"(\d),(\d)", "\\1\u00a0\\2", part or ""))
            return text
    return texts.translate(language, fault)
