"""The words of slips that belong to no visit, in each language, Latvian first."""

import msgspec


class SheetWords(msgspec.Struct, frozen=True):
    """One language's texts."""

    network: str
    voucher: str
    once: str
    scan: str
    reminder: str
    come: str
    intake: str
    received: str
    keep: str
    handover: str = ""
    applications: str = ""
    documents: str = ""
    given: str = ""
    taken: str = ""
    test: str = ""
    tested: str = ""


LV = SheetWords(
    network="Wi-Fi apmeklētājiem",
    voucher="Jūsu piekļuves kods",
    once="Kods der vienai ierīcei.",
    scan="Noskenējiet kodu ar tālruni, lai pieslēgtos",
    reminder="Kas jāņem līdzi",
    come="Ierodoties paņemiet jaunu kārtas numuru vai piesakieties uz noteiktu laiku.",
    intake="Papīra iesniegums saņemts",
    received="Saņemtie dokumenti",
    keep="Saglabājiet šo lapiņu: pēc koda var uzzināt, kad iesniegums nodots iestādei",
    handover="Nodošanas saraksts",
    applications="Iesniegumi",
    documents="Dokumenti kopā",
    given="Nodeva (paraksts)",
    taken="Saņēma (paraksts)",
    test="Pārbaudes izdruka",
    tested="Šī lapiņa nevienam nav vajadzīga: vadītājs pārbauda printeri.",
)
SHEETS = {
    "lv": LV,
    "en": SheetWords(
        network="Wi-Fi for visitors",
        voucher="Your access code",
        once="The code is for one device.",
        scan="Scan the code with a phone to connect",
        reminder="What to bring",
        come="When you come back, take a new number or book a time.",
        intake="Paper application received",
        received="Documents received",
        keep="Keep this slip: by its code you can learn when the institution has got it",
    ),
    "ru": SheetWords(
        network="Wi-Fi для посетителей",
        voucher="Ваш код доступа",
        once="Код действует для одного устройства.",
        scan="Отсканируйте код телефоном, чтобы подключиться",
        reminder="Что взять с собой",
        come="Придя снова, возьмите новый номер или запишитесь на время.",
        intake="Заявление на бумаге принято",
        received="Принятые документы",
        keep="Сохраните этот листок: по коду можно узнать, когда заявление передано учреждению",
    ),
    "uk": SheetWords(
        network="Wi-Fi для відвідувачів",
        voucher="Ваш код доступу",
        once="Код діє для одного пристрою.",
        scan="Відскануйте код телефоном, щоб підключитися",
        reminder="Що взяти з собою",
        come="Прийшовши знову, візьміть новий номер або запишіться на час.",
        intake="Паперову заяву прийнято",
        received="Прийняті документи",
        keep="Збережіть цей аркуш: за кодом можна дізнатися, коли заяву передано установі",
    ),
}
DOCUMENTS = {
    "application": "Iesniegums",
    "annex": "Pielikums",
    "certificate": "Izziņa, apliecinājums",
    "contract": "Līgums",
    "copy": "Dokumenta kopija",
    "authority": "Pilnvara",
    "receipt": "Čeks, maksājuma uzdevums",
    "photograph": "Fotogrāfija",
    "other": "Cits dokuments",
}
