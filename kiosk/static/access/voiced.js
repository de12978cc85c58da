/** From a sentence as it is written to the same as a voice should read it: numbers, ranges, times, abbreviations. Pure. */
import { cardinal, letter, ordinal } from "./latvian.js";

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
  [/…/g, ""],
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

const RULES = { lv: LATVIAN, en: ENGLISH };

/** `text` ready for a voice of `language`. */
export function voiced(text, language) {
  const apply = (rules, start) => rules.reduce((all, [from, to]) => all.replace(from, to), start);
  return apply(PLAIN, apply(RULES[language] ?? [], text.replaceAll("\u2060", ""))).replace(/\s+/g, " ").trim();
}
