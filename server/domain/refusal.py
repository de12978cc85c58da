"""The answer "no": a code for machines and the facts for the sentence that a person reads."""


class Refusal(Exception):
    """Not done, and nothing changed. `code` is one of `CODES`; `facts` fill its sentence and those of `ways`, keys of `WAYS`."""

    def __init__(self, code: str, ways: tuple[str, ...] = (), **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.ways = ways
        self.facts = facts


CODES: dict[str, str] = {
    "unknown_service": "This centre does not offer the service {service}.",
    "unknown_queue": "This centre has no queue {queue}.",
    "unknown_counter": "This centre has no counter {counter}.",
    "one_target": "Name exactly one of a queue, a counter or a clerk.",
    "unknown_profile": "This centre has no profile {profile}.",
    "unknown_visit": "There is no such visit.",
    "unknown_kind": "The catalogue has no kind of service {kind}.",
    "unknown_service_channel": "The catalogue has no channel {channel}.",
    "unknown_outcome": "The catalogue has no outcome {outcome}.",
    "unknown_record": "This visit has no recorded service {n}.",
    "unknown_clerk": "No open counter has the clerk {clerk}.",
    "unknown_zone": "This centre has no zone {zone}.",
    "language_off": "The language {language} is not switched on here.",
    "counter_closed": "Counter {counter} is closed. Open it first.",
    "counter_open": "Counter {counter} is open already.",
    "counter_taken": "Another clerk works at counter {counter}.",
    "counter_paused": "Counter {counter} is paused. Resume first.",
    "counter_busy": "Finish with {number} at counter {counter} first.",
    "counter_free": "Nobody has been called to counter {counter}.",
    "nobody_waiting": "Nobody is waiting for this counter.",
    "somebody_waiting": "Somebody is waiting for this counter already: call them.",
    "companion_called": "{number} belongs to somebody who is at a counter now.",
    "too_soon": "The next call is possible in {seconds} s.",
    "no_roll": "This centre has no paper roll.",
    "not_on_roll": "The roll has the numbers {first} to {last}.",
    "not_bookable": "No appointments are made for the service {service} here.",
    "slot_outside": "No appointment can begin at this time. Choose one of the times offered.",
    "slot_taken": "This time is taken. Choose another.",
    "hold_over": "The time is not held any more. Choose it again.",
    "unknown_appointment": "There is no such appointment any more.",
    "unknown_code": "There is no appointment with this code. Check the code, or take a number.",
    "too_early": "You can check in for this appointment from {time} on {date}.",
    "checked_in": "You have checked in already: your number is {number}.",
    "appointment_over": "This appointment has lapsed. Take a number, please.",
    "not_waiting": "{number} is not waiting any more.",
    "not_called": "{number} is not being called: this step comes after a call.",
    "not_serving": "{number} is not being served: this step comes after the visitor has come.",
    "not_paused": "Counter {counter} is not paused.",
    "already_serving": "{number} is being served already.",
    "outcome_due": "Record what {number} got before finishing.",
    "nothing_to_undo": "There is no step to take back at counter {counter}.",
    "moved_on": "{number} has moved on since; this step cannot be taken back.",
    "same_place": "{number} is there already.",
    "park_too_long": "A visit can be set aside for at most {minutes} minutes.",
    "personal_data": "The note was not saved: it looks as if it holds a personal code or an account number.",
    "number_taken": "The number {number} has been given out today already.",
    "series_reserved": "Offline numbers use the reserve series X and Y, not {series}.",
    "time_ahead": "The time {time} lies in the future.",
    "time_too_old": "The time {time} lies more than {days} days back: look at the kiosk's clock.",
    "visit_over": "{number} has ended already.",
    "not_over": "{number} is not over yet.",
    "impossible_times": "These times of {number} cannot be: issued, called, served, ended, in this order, on its day, not ahead.",
    "never_served": "{number} was never served, so it got no service: take the recorded ones away too.",
    "nothing_changed": "The record of {number} says this already.",
    "closed_now": "The centre is closed now.",
    "queue_closed": "No numbers are given for this queue now.",
    "none_left": "All of today's numbers for this service have been given.",
    "too_late": "No more numbers are given today: the centre closes at {closes}.",
    "remote_closed": "No numbers are given from afar now.",
    "day_full": "Your turn would come after closing time, so no more numbers are given for this service today.",
    "plan_in_use": "The plan cannot drop {part}: it is in use now.",
    "other_kiosk": "This slip belongs to another kiosk.",
    "not_allowed": "You may not do this.",
    "id_reused": "This id was used for another command.",
    "not_stored": "Nothing was changed: the centre server cannot write to its disk. Tell the manager.",
    "too_fast": "Too many requests. Wait a moment.",
    "signed_out": "Sign in first.",
    "foreign_origin": "The request comes from another site.",
    "unknown_channel": "There is no such view here.",
    "unknown_command": "There is no such command.",
    "unknown_path": "There is no such page",
    "unknown_report": "There is no report {report}.",
    "too_large": "The message is too large.",
    "malformed": "The message is malformed.",
    "server_error": "Something went wrong. No work has been lost.",
}
"""Every code with its English sentence; other languages translate it."""

WAYS: dict[str, str] = {
    "again": "Numbers are given again from {time} on {date}.",
    "window": "Today they are given from {begin} to {end}.",
    "here": "At the centre itself you can take one now.",
    "appointment": "You can also book an appointment.",
    "e_pakalpojums": "This service is available online too.",
    "talrunis": "This service is available by phone too.",
    "video": "This service is available by video too.",
    "staff": "A member of staff will tell you what else is possible.",
}
"""Sentences after a refusal: what is possible instead. Some are named like the service channel that they tell of."""
