/** Russian and Ukrainian numbers in words, feminine as "minute" is in both, where a voice would read figures in the wrong case. Pure. */

const UNITS = {
  ru: {
    nominative: ["ноль", "одна", "две", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"],
    accusative: ["ноль", "одну", "две", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"],
    genitive: ["нуля", "одной", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти"],
  },
  uk: {
    nominative: ["нуль", "одна", "дві", "три", "чотири", "п’ять", "шість", "сім", "вісім", "дев’ять"],
    accusative: ["нуль", "одну", "дві", "три", "чотири", "п’ять", "шість", "сім", "вісім", "дев’ять"],
    genitive: ["нуля", "однієї", "двох", "трьох", "чотирьох", "п’яти", "шести", "семи", "восьми", "дев’яти"],
  },
};

/** Ten to nineteen without the last letter: "ь" in the nominative and accusative, "и" in the genitive. */
const TEENS = {
  ru: ["десят", ...["один", "две", "три", "четыр", "пят", "шест", "сем", "восем", "девят"].map((n) => `${n}надцат`)],
  uk: ["десят", ...["оди", "два", "три", "чотир", "п’ят", "шіст", "сім", "вісім", "дев’ят"].map((n) => `${n}надцят`)],
};

const TENS = {
  ru: {
    plain: ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"],
    genitive: ["двадцати", "тридцати", "сорока", "пятидесяти", "шестидесяти", "семидесяти", "восьмидесяти", "девяноста"],
  },
  uk: {
    plain: ["двадцять", "тридцять", "сорок", "п’ятдесят", "шістдесят", "сімдесят", "вісімдесят", "дев’яносто"],
    genitive: ["двадцяти", "тридцяти", "сорока", "п’ятдесяти", "шістдесяти", "сімдесяти", "вісімдесяти", "дев’яноста"],
  },
};

/** "двадцать одна": `n` from 0 to 199, `form` nominative, accusative or genitive; other numbers stay figures. */
export function cardinal(n, language, form) {
  if (n > 199) return String(n);
  const genitive = form === "genitive";
  const rest = n % 100;
  const words = n >= 100 ? [genitive ? "ста" : "сто"] : [];
  if (rest >= 10 && rest < 20) {
    words.push(TEENS[language][rest - 10] + (genitive ? "и" : "ь"));
  } else {
    if (rest >= 20) words.push(TENS[language][genitive ? "genitive" : "plain"][Math.floor(rest / 10) - 2]);
    if (rest % 10 || n === 0) words.push(UNITS[language][form][rest % 10]);
  }
  return words.join(" ");
}
