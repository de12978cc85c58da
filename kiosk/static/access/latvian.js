/** Latvian numbers and letters in words, in the case and gender that a spoken sentence needs. Pure; n from 0 to 999. */

const STEMS = ["", "vien", "div", "trīs", "četr", "piec", "seš", "septiņ", "astoņ", "deviņ"];
const ENDINGS = { masculine: ["s", "i"], feminine: ["a", "as"], dative: ["ai", "ām"], genitive: ["as", "ām"] };
const TEENS = ["desmit", ...["vien", "div", "trīs", "četr", "piec", "seš", "septiņ", "astoņ", "deviņ"].map((n) => `${n}padsmit`)];
const ORDINALS = ["", "pirmā", "otrā", "trešā", "ceturtā", "piektā", "sestā", "septītā", "astotā", "devītā"];
const HUNDREDS = ["", "simt", "divsimt", "trīssimt", "četrsimt", "piecsimt", "sešsimt", "septiņsimt", "astoņsimt", "deviņsimt"];

function unit(n, form) {
  if (n === 3) return ["dative", "genitive"].includes(form) ? "trim" : "trīs";
  const [one, many] = ENDINGS[form];
  return STEMS[n] + (n === 1 ? one : many);
}

const tens = (n) => (n === 1 ? "desmit" : `${STEMS[n]}desmit`);

/**
 * "divas", "divdesmit viena". `form` is masculine or feminine (nominative), dative (feminine, after "līdz": "vienai") or genitive
 * (feminine, as "no" and "pēc" take it: "vienas", but "divām").
 */
export function cardinal(n, form = "masculine") {
  if (n === 0) return "nulle";
  const rest = n % 100;
  const words = n === 100 ? ["simts"] : [HUNDREDS[Math.floor(n / 100)]];
  if (rest >= 10 && rest < 20) words.push(TEENS[rest - 10]);
  else if (rest) words.push(rest >= 20 ? tens(Math.floor(rest / 10)) : "", rest % 10 ? unit(rest % 10, form) : "");
  return words.filter(Boolean).join(" ");
}

/** Feminine, as for "izvēle", "lapa", "pakāpe": "astotā", "divdesmit pirmā", "divdesmitā". */
export function ordinal(n) {
  const rest = n % 100;
  const before = n >= 100 ? [rest ? HUNDREDS[Math.floor(n / 100)] : `${HUNDREDS[Math.floor(n / 100)]}ā`] : [];
  if (!rest) return before.join(" ");
  if (rest < 10) return [...before, ORDINALS[rest]].join(" ");
  if (rest < 20) return [...before, `${TEENS[rest - 10]}ā`].join(" ");
  const ten = tens(Math.floor(rest / 10));
  return [...before, rest % 10 ? `${ten} ${ORDINALS[rest % 10]}` : `${ten}ā`].join(" ");
}

const LETTERS = {
  ...{ A: "ā", B: "bē", C: "cē", D: "dē", E: "ē", F: "ef", G: "gā", H: "hā", I: "ī", J: "jē", K: "kā", L: "el", M: "em" },
  ...{ N: "en", O: "o", P: "pē", R: "er", S: "es", T: "tē", U: "ū", V: "vē", Z: "zē" },
  ...{ Q: "kū", W: "dubultvē", X: "iks", Y: "igrek" },
};

/** The name of a capital letter. */
export const letter = (one) => LETTERS[one] ?? one;
