/** From a sentence as it is written to the same as a voice should read it: numbers, ranges, times, abbreviations. Pure. */
import { cardinal, letter, ordinal } from "./latvian.js";
import { cardinal as slavicCardinal } from "./slavic.js";

const count = (form) => (_, n) => cardinal(Number(n), form);
const one = (n) => Number(n) % 10 === 1 && Number(n) % 100 !== 11;
const upTo = (n) => `${cardinal(Number(n), "dative")} ${one(n) ? "minūtei" : "minūtēm"}`;
const digits = (text) => [...text.replace(/\s/g, "")].map((n) => cardinal(Number(n))).join(", ");
const bare = (text) => [...text.replace(/\s/g, "")].join(", ");

/** What every language needs: no glyphs that a voice would skip or spell. */
const PLAIN = [
  [/\s*·\s*/g, ", "],
  [/[„“”«»"]/g, ""],
  [/\s*—\s*/g, ", "],
  [/[…\u00ad]/g, ""],
  [/\s+,/g, ","],
  [/,\s*,/g, ","],
];

const LATVIAN = [
  // A ticket's number: "A, 0 1 2" or "A012".
  [/\b([A-Z]),? ?((?:\d ?){3,4})(?!\d)/g, (_, first, rest) => `${letter(first)}, ${digits(rest)}`],
  // Institutions and other words of capitals: "VSAA".
  [/(?<!\p{L})\p{Lu}{2,5}(?!\p{L})/gu, (word) => [...word].map(letter).join(" ")],
  [
    /(?:no )?(\d{1,3})–(\d{1,3}) min(?:\.|ūt\p{L}+)?(?!\p{L})/gu,
    (_, low, high) => `no ${cardinal(Number(low), "genitive")} līdz ${upTo(high)}`,
  ],
  [/līdz (\d{1,3}) min(?:\.|ūt\p{L}+)?(?!\p{L})/gu, (_, n) => `līdz ${upTo(n)}`],
  [/(\d{1,3}) min(?!\p{L})/gu, (_, n) => `${cardinal(Number(n), "feminine")} ${one(n) ? "minūte" : "minūtes"}`],
  [/pēc (\d{1,3}) s(?!\p{L})/gu, (_, n) => `pēc ${cardinal(Number(n), "genitive")} ${one(n) ? "sekundes" : "sekundēm"}`],
  [
    /(\d{1,3})\. (lapa |pakāpe )?no (\d{1,3})(?![\d:])/g,
    (_, n, noun, of) => `${ordinal(Number(n))} ${noun ?? ""}no ${cardinal(Number(of), "genitive")}`,
  ],
  [/(\d{1,3})(?= (?:izvēl|atbilstīb|iestād|minūt|stund|situācij|jom|reiz))/g, count("feminine")],
  [/plkst\./g, "pulksten"],
  [/\b(\d{1,2}):(\d\d)\b/g, (_, h, m) => `${cardinal(Number(h))} ${m === "00" ? "nulle nulle" : cardinal(Number(m))}`],
  // A dot after it makes an ordinal, which the voice reads itself.
  [/\b(\d{1,3})\b(?!\.\s?\p{Ll})/gu, (_, n) => (n.length > 1 && n[0] === "0" ? digits(n) : cardinal(Number(n)))],
];

const ENGLISH = [
  [/\b([A-Z]),? ?((?:\d ?){3,4})(?!\d)/g, (_, first, rest) => `${first}, ${bare(rest)}`],
  [/(\d+)–(\d+) min(?:utes?)?\b/g, "$1 to $2 minutes"],
  [/\b(\d+) min\b/g, (_, n) => `${n} ${n === "1" ? "minute" : "minutes"}`],
  [/\b(\d+) s\b/g, (_, n) => `${n} ${n === "1" ? "second" : "seconds"}`],
];

/** Which of three forms a number takes in Russian and Ukrainian: 1 минута, 2 минуты, 5 минут. */
const form = (n, forms) => forms[one(n) ? 0 : /(?<!1)[2-4]$/.test(String(n)) ? 1 : 2];

/** Short words written out, numbers before them in their case; `from` is the word for the beginning of a range. */
const slavic = (language, { min, from, minutes, genitive, seconds }) => {
  const said = (n, its, forms) => `${slavicCardinal(Number(n), language, its)} ${form(n, forms)}`;
  const short = (word) => `${word}(?!\\p{L})`;
  const until = (n) => `до ${said(n, "genitive", genitive)}`;
  return [
    [/(?<!\p{L})([A-Z]),? ?((?:\d ?){3,4})(?!\d)/gu, (_, first, rest) => `${first}, ${bare(rest)}`],
    [
      new RegExp(`(\\d+)–(\\d+) ${short(min)}`, "gu"),
      (_, low, high) => `${from} ${slavicCardinal(Number(low), language, "genitive")} ${until(high)}`,
    ],
    [new RegExp(`до (\\d+) ${short(min)}`, "gu"), (_, n) => until(n)],
    [new RegExp(`(\\d+) ${short(min)}`, "gu"), (_, n) => said(n, "nominative", minutes)],
    [new RegExp(`(\\d+) ${short("с")}`, "gu"), (_, n) => said(n, "accusative", seconds)],
  ];
};

const RUSSIAN = slavic("ru", {
  min: "мин",
  from: "от",
  minutes: ["минута", "минуты", "минут"],
  genitive: ["минуты", "минут", "минут"],
  seconds: ["секунду", "секунды", "секунд"],
});

const UKRAINIAN = slavic("uk", {
  min: "хв",
  from: "від",
  minutes: ["хвилина", "хвилини", "хвилин"],
  genitive: ["хвилини", "хвилин", "хвилин"],
  seconds: ["секунду", "секунди", "секунд"],
});

const RULES = { lv: LATVIAN, en: ENGLISH, ru: RUSSIAN, uk: UKRAINIAN };

/** `text` ready for a voice of `language`. */
export function voiced(text, language) {
  const apply = (rules, start) => rules.reduce((all, [from, to]) => all.replace(from, to), start);
  return apply(PLAIN, apply(RULES[language] ?? [], text.replaceAll("\u2060", ""))).replace(/\s+/g, " ").trim();
}
