"""The words on paper in each language, Latvian first, with their plural forms."""

from functools import cache

import msgspec
from babel import Locale


class Words(msgspec.Struct, frozen=True):
    """One language's texts; plural tables map CLDR categories to a template with {n}, the last number shown decides."""

    number: str
    ahead: str
    wait: str
    people: dict[str, str]
    ahead_line: dict[str, str]
    wait_line: str
    minutes: dict[str, str]
    up_to: dict[str, str]
    follow: str
    scan: str
    missed: str
    reserve: str
    reserve_time: str
    staff: str
    issued: str
    copy: str
    where: str
    bring: str
    booked: str
    first: str
    after: str


LV = Words(
    number="Jūsu kārtas numurs",
    ahead="Pirms jums",
    wait="Aptuveni jāgaida",
    people={"zero": "{n} cilvēku", "one": "{n} cilvēks", "other": "{n} cilvēki"},
    ahead_line={"zero": "Pirms jums {n} cilvēku", "one": "Pirms jums {n} cilvēks", "other": "Pirms jums {n} cilvēki"},
    wait_line="Aptuveni jāgaida {minutes}",
    minutes={"zero": "{n} minūtes", "one": "{n} minūti", "other": "{n} minūtes"},
    up_to={"zero": "līdz {n} minūtēm", "one": "līdz {n} minūtei", "other": "līdz {n} minūtēm"},
    follow="Sekojiet rindai tālrunī",
    scan="Noskenējiet kodu",
    missed="Nedzirdējāt izsaukumu? Pasakiet darbiniekam, jūsu kārta nav zudusi.",
    reserve="Rezerves numurs. Tas ir derīgs.",
    reserve_time="Izsauksim pēc ierašanās laika: {time}.",
    staff="Lūdzu, klausieties darbinieku.",
    issued="izsniegts plkst. {time}",
    copy="KOPIJA",
    where="Gaidiet: {where}",
    bring="Līdzi vajag: {bring}",
    booked="Pieraksts plkst. {time}",
    first="Vispirms šis numurs, pēc tam {numbers}.",
    after="Vispirms {numbers}, pēc tam šis numurs.",
)
EN = Words(
    number="Your number",
    ahead="Ahead of you",
    wait="Approximate wait",
    people={"one": "{n} person", "other": "{n} people"},
    ahead_line={"one": "{n} person ahead", "other": "{n} people ahead"},
    wait_line="about {minutes}",
    minutes={"one": "{n} minute", "other": "{n} minutes"},
    up_to={"one": "up to {n} minute", "other": "up to {n} minutes"},
    follow="Follow the queue on your phone",
    scan="Scan the code",
    missed="Missed your call? Tell a member of staff; you have not lost your turn.",
    reserve="Reserve number. It is valid.",
    reserve_time="You will be called by arrival time: {time}.",
    staff="Please listen for a member of staff.",
    issued="issued at {time}",
    copy="COPY",
    where="Wait in: {where}",
    bring="Bring: {bring}",
    booked="Appointment at {time}",
    first="This number first, then {numbers}.",
    after="First {numbers}, then this number.",
)
RU = Words(
    number="Ваш номер",
    ahead="Перед вами",
    wait="Примерное ожидание",
    people={"one": "{n} человек", "few": "{n} человека", "many": "{n} человек", "other": "{n} человека"},
    ahead_line={
        "one": "Перед вами {n} человек",
        "few": "Перед вами {n} человека",
        "many": "Перед вами {n} человек",
        "other": "Перед вами {n} человека",
    },
    wait_line="примерно {minutes}",
    minutes={"one": "{n} минута", "few": "{n} минуты", "many": "{n} минут", "other": "{n} минуты"},
    up_to={"one": "до {n} минуты", "few": "до {n} минут", "many": "до {n} минут", "other": "до {n} минуты"},
    follow="Следите за очередью в телефоне",
    scan="Отсканируйте код",
    missed="Не услышали вызов? Скажите сотруднику, ваша очередь не пропала.",
    reserve="Резервный номер. Он действителен.",
    reserve_time="Вызовем по времени прихода: {time}.",
    staff="Пожалуйста, слушайте сотрудника.",
    issued="выдан в {time}",
    copy="КОПИЯ",
    where="Ждите: {where}",
    bring="Возьмите с собой: {bring}",
    booked="Запись на {time}",
    first="Сначала этот номер, затем {numbers}.",
    after="Сначала {numbers}, затем этот номер.",
)
UK = Words(
    number="Ваш номер",
    ahead="Перед вами",
    wait="Орієнтовне очікування",
    people={"one": "{n} особа", "few": "{n} особи", "many": "{n} осіб", "other": "{n} особи"},
    ahead_line={
        "one": "Перед вами {n} особа",
        "few": "Перед вами {n} особи",
        "many": "Перед вами {n} осіб",
        "other": "Перед вами {n} особи",
    },
    wait_line="приблизно {minutes}",
    minutes={"one": "{n} хвилина", "few": "{n} хвилини", "many": "{n} хвилин", "other": "{n} хвилини"},
    up_to={"one": "до {n} хвилини", "few": "до {n} хвилин", "many": "до {n} хвилин", "other": "до {n} хвилини"},
    follow="Стежте за чергою в телефоні",
    scan="Відскануйте код",
    missed="Не почули виклик? Скажіть працівнику, ваша черга не втрачена.",
    reserve="Резервний номер. Він дійсний.",
    reserve_time="Викличемо за часом приходу: {time}.",
    staff="Будь ласка, слухайте працівника.",
    issued="видано о {time}",
    copy="КОПІЯ",
    where="Чекайте: {where}",
    bring="Візьміть із собою: {bring}",
    booked="Запис на {time}",
    first="Спочатку цей номер, потім {numbers}.",
    after="Спочатку {numbers}, потім цей номер.",
)
LANGUAGES = {"lv": LV, "en": EN, "ru": RU, "uk": UK}


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language)


def plural(forms: dict[str, str], n: int, language: str, shown: str | None = None) -> str:
    """The form for `n` by the CLDR rule of `language`, with `shown` (or n) put in for {n}."""
    form = forms.get(_locale(language).plural_form(n), forms["other"])
    return form.format(n=n if shown is None else shown)


def minutes(words: Words, language: str, low: int, high: int) -> str:
    """A range of minutes: "10–20 minūtes", "līdz 5 minūtēm" when it starts at 0, one number when both are equal."""
    if low <= 0:
        return plural(words.up_to, high, language)
    return plural(words.minutes, high, language, f"{low}–{high}" if low != high else None)
