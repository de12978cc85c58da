/** Search over the menu's services: diacritics folded on both sides, beginnings of words before insides. */

/** Lower case without diacritics, letter for letter, so that positions stay those of the original. */
export const fold = (text) => Array.from(text, (letter) => letter.normalize("NFD")[0].toLowerCase()[0]).join("");

const termsOf = (query) => fold(query).split(/\s+/).filter(Boolean);

/** Where a term stands in a folded text: at the beginning of a word if it does so anywhere, else its first place. */
function placeOf(text, term) {
  const first = text.indexOf(term);
  for (let at = first; at >= 0; at = text.indexOf(term, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) return { at, score: 2 };
  }
  return { at: first, score: first < 0 ? 0 : 1 };
}

/** The services in which every word of the query occurs: in a name in any language or in the institution's; best first. */
export function find(menu, query) {
  const terms = termsOf(query);
  if (!terms.length) return [];
  const owners = new Map(menu.institutions.map((one) => [one.institution, one]));
  const scoreOf = (service, term) => {
    const owner = owners.get(service.institution);
    const own = Object.values(service.name).map((name) => 2 * placeOf(fold(name), term).score);
    const owned = [owner?.short, owner?.name].flatMap((text) => Object.values(text ?? {}));
    return Math.max(...own, ...owned.map((name) => placeOf(fold(name), term).score));
  };
  return menu.services
    .map((service) => ({ service, score: Math.min(...terms.map((term) => scoreOf(service, term))) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .map((one) => one.service);
}

/** The text in pieces `{text, hit}`: the places where a word of the query stands. */
export function pieces(text, query) {
  const letters = Array.from(text);
  const hits = letters.map(() => false);
  for (const term of termsOf(query)) {
    const { at } = placeOf(fold(text), term);
    if (at >= 0) hits.fill(true, at, at + term.length);
  }
  const parts = [];
  letters.forEach((letter, i) => {
    if (parts.at(-1)?.hit === hits[i]) parts.at(-1).text += letter;
    else parts.push({ text: letter, hit: hits[i] });
  });
  return parts;
}
