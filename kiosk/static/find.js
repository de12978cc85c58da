/** Search over the menu's services that forgives: diacritics, endings, slips of the finger, other words and other alphabets. */

const CYRILLIC = {
  а: "a", б: "b", в: "v", г: "g", ґ: "g", д: "d", е: "e", ё: "e", є: "e", ж: "z", з: "z", и: "i", і: "i", ї: "i", й: "i", к: "k",
  л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f", х: "h", ц: "c", ч: "c", ш: "s", щ: "s", ъ: "",
  ы: "i", ь: "", э: "e", ю: "u", я: "a",
};
/** How Russian is typed in Latin letters: what stands for one Cyrillic letter becomes the letter that we turn that one into. */
const TYPED = [["shch", "s"], ["sch", "s"], ["zh", "z"], ["ch", "c"], ["sh", "s"], ["kh", "h"], ["ts", "c"], ["yu", "u"], ["ya", "a"], ["j", "i"], ["y", "i"]];

/** Lower case without diacritics, letter for letter, so that positions stay those of the original. */
export const fold = (text) => Array.from(text, (letter) => letter.normalize("NFD")[0].toLowerCase()[0]).join("");

/** The words of a text as they are compared: folded, in Latin letters. */
const wordsOf = (text) =>
  Array.from(fold(text), (letter) => CYRILLIC[letter] ?? letter)
    .join("")
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

const latinised = (word) => TYPED.reduce((found, [typed, letter]) => found.replaceAll(typed, letter), word);

/** How many slips (a letter wrong, missing, too many, or two exchanged) lead from `term` to the nearest beginning of `word`. */
export function slips(term, word) {
  let before = null;
  let row = Array.from({ length: word.length + 1 }, (_, j) => j);
  for (let i = 1; i <= term.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= word.length; j += 1) {
      const same = term[i - 1] === word[j - 1] ? 0 : 1;
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + same);
      const exchanged = before && j > 1 && term[i - 1] === word[j - 2] && term[i - 2] === word[j - 1];
      if (exchanged) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return Math.min(...row);
}

/** Letters at the end of a Latvian or Russian word that tell only its case. */
const ENDING = 2;
const allowed = (term) => (term.length >= 9 ? 2 : term.length >= 5 ? 1 : 0);

/** How well a word fits: 8 the word itself, 7 its beginning, 6 all but the ending, 5 its inside, 3 and 2 with one and two slips. */
function fitOf(term, word) {
  if (word === term) return 8;
  if (word.startsWith(term)) return 7;
  const stem = term.slice(0, Math.max(4, term.length - ENDING));
  if (term.length > stem.length && word.startsWith(stem) && word.length <= term.length + ENDING) return 6;
  if (term.length > 2 && word.includes(term)) return 5;
  if (word[0] !== term[0] && term.length < 6) return 0;
  const most = allowed(term);
  const found = most && word.length >= term.length - most ? slips(term, word) : Infinity;
  return found <= most ? 4 - found : 0;
}

const best = (terms, words) => Math.max(0, ...words.flatMap((word) => terms.map((term) => fitOf(term, word))));

const indexes = new WeakMap();

/** What every service is found by: its names, other words for it, and its institution's names; made once per menu. */
function indexOf(menu) {
  if (indexes.has(menu)) return indexes.get(menu);
  const owners = new Map(menu.institutions.map((one) => [one.institution, one]));
  const words = (texts) => [...new Set(texts.flatMap(wordsOf))];
  const index = menu.services.map((service) => {
    const owner = owners.get(service.institution);
    return {
      service,
      name: words(Object.values(service.name)),
      keywords: words(service.keywords ?? []),
      owner: words([owner?.short, owner?.name].flatMap((text) => Object.values(text ?? {}))),
    };
  });
  indexes.set(menu, index);
  return index;
}

/** How well a service fits a word of the query: its name before other words for it, those before its institution's; 0: not. */
const scoreOf = (one, term) =>
  Math.max(0, 3 * best(term, one.name), 3 * best(term, one.keywords) - 2, 2 * best(term, one.owner) - 4);

/** Shorter words ("for", "uz") lead nowhere by themselves. */
const TELLING = 4;

/**
 * The services that every word of the query fits, best first. Where none does, a word too many ("lost passport", "apply for a
 * pension") does not hide what the others name: those that fit the most letters of the query.
 */
export function find(menu, query) {
  const terms = wordsOf(query).map((word) => [...new Set([word, latinised(word)])]);
  const lettersOf = ([word]) => word.length;
  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);
  const ranked = (wanted) =>
    indexOf(menu)
      .map((one) => ({ one, scores: wanted.map((term) => scoreOf(one, term)) }))
      .map(({ one, scores }) => ({
        service: one.service,
        fits: sum(wanted.map((term, i) => (scores[i] ? lettersOf(term) : 0))),
        score: sum(scores),
      }))
      .sort((a, b) => b.score - a.score);
  const all = sum(terms.map(lettersOf));
  const whole = ranked(terms).filter(({ fits }) => fits && fits === all);
  const part = whole.length ? [] : ranked(terms.filter((term) => lettersOf(term) >= TELLING));
  const most = Math.max(1, ...part.map(({ fits }) => fits));
  return [...whole, ...part.filter(({ fits }) => fits === most)].map(({ service }) => service);
}

/** Where a term stands in a folded text: at the beginning of a word if it does so anywhere, else its first place. */
function placeOf(text, term) {
  const first = text.indexOf(term);
  for (let at = first; at >= 0; at = text.indexOf(term, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return at;
  }
  return first;
}

/** The text in pieces `{text, hit}`: the places where a word of the query, or all but its ending, stands. */
export function pieces(text, query) {
  const letters = Array.from(text);
  const hits = letters.map(() => false);
  for (const term of fold(query).split(/\s+/).filter(Boolean)) {
    const stem = term.length > 5 ? term.slice(0, -ENDING) : term;
    const found = [term, stem].map((part) => [placeOf(fold(text), part), part.length]).find(([at]) => at >= 0);
    if (found) hits.fill(true, found[0], found[0] + found[1]);
  }
  const parts = [];
  letters.forEach((letter, i) => {
    if (parts.at(-1)?.hit === hits[i]) parts.at(-1).text += letter;
    else parts.push({ text: letter, hit: hits[i] });
  });
  return parts;
}
