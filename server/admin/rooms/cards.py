"""Quick cards: one printed page each for the desk, the kiosk and the client computer. Source texts, translated by the page."""

from typing import NamedTuple


class Card(NamedTuple):
    """A card: its title, for whom, the steps, and what to do when something is not as it should be."""

    code: str
    title: str
    icon: str
    steps: tuple[str, ...]
    trouble: tuple[str, ...]


CARDS = (
    Card(
        "desk", "The desk in one minute", "device-desktop",
        (
            "Sign in, choose your counter and open it.",
            "“Call next” calls whoever is next. The number shows on the board and is spoken.",
            "The visitor has come: “Begin”. Nobody comes: call once more, then “Did not come”.",
            "Record each service: what it was, in which way, and what came of it.",
            "“Finish” ends the visit. “Finish and call next” does both.",
            "Before a break: “Pause”, with the time when you are back.",
        ),
        (
            "A wrong press: “Undo” takes back the last step.",
            "Somebody needs another counter: “Transfer”. The place in the line stays.",
            "No connection: the desk says so. What you did is kept; go on when it is back.",
            "You need a colleague: the silent alarm is at the foot of the desk.",
        ),
    ),
    Card(
        "kiosk", "Helping at the kiosk", "hand-finger",
        (
            "Greet, and ask what the person came for, not which institution.",
            "Not sure which one? “I do not know” gives a number that leads to a person.",
            "Show “Help” in the row at the foot: larger text, contrast, sound, controls lower down.",
            "With an appointment: “I have an appointment”, then six digits or the code.",
            "More than one thing to do: collect them first, then take one number.",
        ),
        (
            "No paper: the number is on the screen and on the phone. Write it down.",
            "The kiosk gives numbers with X: they are valid, only the estimate is missing.",
            "Never ask for a reason when somebody wants more time or an accessible place.",
        ),
    ),
    Card(
        "computer", "The client computer", "device-laptop",
        (
            "Start the time at “Rooms and computers”: alone, or with a helper.",
            "The visitor signs in by themselves. Never take their codes or cards in your hand.",
            "Five minutes before the end the screen says so: ask whether more time is needed.",
            "At the end: signed out of e-services and bank, papers and ID card taken along.",
            "Look at it yourself, then press “Signed out and cleared”. Only then is it free.",
        ),
        (
            "Somebody waits: put their number into the queue of the computer.",
            "Somebody forgot to sign out: sign out for them, read nothing, confirm it.",
            "Found papers: into an envelope with day and place, to the manager.",
        ),
    ),
    Card(
        "paper", "An application on paper", "file-text",
        (
            "Look whether it is signed and whether all that belongs to it is there.",
            "“Slips and papers”: institution, and how many documents of each kind.",
            "Print the slip for the visitor and write its code on the application.",
            "At the end of the day: “Hand-over”, print the list, both sign it.",
        ),
        (
            "Names and personal codes go on no slip: the code is enough.",
            "Something is missing: print the card of what to bring.",
        ),
    ),
)  # fmt: skip
