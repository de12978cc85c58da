/** From a sentence as it is written to the same as a voice should read it: numbers, ranges, times, abbreviations. Pure. */
import { cardinal, letter, ordinal } from "./latvian.js";

const digits = (text, word) => [...text.replace(/\s/g, "")].map(word).join(", ");
const one = (n) => n % 10 === 1 && n % 100 !== 11;
const upTo = (n) => `${cardinal(n, "dative")} ${one(n) ? "minūtei" : "minūtēm"}`;

/** What every language needs: no glyphs that a voice would skip or spell. */
const PLAIN = [
  [/\s*·\s*/g, ", "],
  [/[„“”«»"]/g, ""],
  [/\s*—\s*/g, ", "],
  [/…/g, ""],
  [/\s+,/g, ","],
  [/,\s*,/g, ","],
];

const RULES = {
  lv: [
    [/\b([A-Z]),? ?((?:\d ?){3,4})(?!\d)/g, (_, first, rest) => `${letter(first)}, ${digits(rest, (n) => cardinal(Number(n)))}`],
    [/(?:no )?(\d{1,3})–(\d{1,3}) min(?:\.|ūt\p{L}+)?(?!\p{L})/gu, (_, a, b) => `no ${cardinal(Number(a), "genitive")} līdz ${upTo(Number(b))}`],
    [/līdz (\d{1,3}) min(?:\.|ūt\p{L}+)?(?!\p{L})/gu, (_, n) => `līdz ${upTo(Number(n))}`],
    [/(\d{1,3}) min(?!\p{L})/gu, (_, n) => `${cardinal(Number(n), "feminine")} ${one(Number(n)) ? "minūte" : "minūtes"}`],
    [/pēc (\d{1,3}) s(?!\p{L})/gu, (_, n) => `pēc ${cardinal(Number(n), "genitive")} ${one(Number(n)) ? "sekundes" : "sekundēm"}`],
    [/(\d{1,3})\. (lapa |pakāpe )?no (\d{1,3})(?![\d:])/g, (_, n, noun, of) => `${ordinal(Number(n))} ${noun ?? ""}no ${cardinal(Number(of), "genitive")}`],
    [/(\d{1,3}) (izvēl|atbilstīb|iestād|minūt|stund|situācij|joma|jomas|reiz)/g, (_, n, noun) => `${cardinal(Number(n), "feminine")} ${noun}`],
    [/plkst\./g, "pulksten"],
    [/\b(\d{1,2}):(\d\d)\b/g, (_, h, m) => `${cardinal(Number(h))} ${m === "00" ? "nulle nulle" : cardinal(Number(m))}`],
    [/\b\d{1,3}\b(?!\.)/g, (n) => (n.length > 1 && n[0] === "0" ? digits(n, (each) => cardinal(Number(each))) : cardinal(Number(n)))],
  ],
  en: [
    [/\b([A-Z]),? ?((?:\d ?){3,4})(?!\d)/g, (_, first, rest) => `${first}, ${digits(rest, (n) => n)}`],
    [/(\d+)–(\d+) min(?:utes?)?\b/g, "$1 to $2 minutes"],
    [/\b(\d+) min\b/g, (_, n) => `${n} ${n === "1" ? "minute" : "minutes"}`],
    [/\b(\d+) s\b/g, (_, n) => `${n} ${n === "1" ? "second" : "seconds"}`],
  ],
};

/** `text` ready for a voice of `language`. */
export function voiced(text, language) {
  const apply = (rules, start) => rules.reduce((all, [from, to]) => all.replace(from, to), start);
  return apply(PLAIN, apply(RULES[language] ?? [], text)).replace(/\s+/g, " ").trim();
}
