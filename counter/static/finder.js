/** The service finder: a combobox over the catalogue that passes over diacritics and keeps the typed text. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { icon, pick, t } from "/static/page.js";
import { institutionName } from "./words.js";

const MOST = 6;

/** The text without diacritics and in lower case, letter for letter: a match has the same place in both. */
export const fold = (text) =>
  [...text.normalize("NFC")].map((letter) => letter.normalize("NFD")[0].toLowerCase()).join("");

const wordsOf = (text) => fold(text).split(/\s+/).filter(Boolean);

/** Services whose name, institution or code has every word of `text`; beginnings of words first. */
export function find(services, text, institution) {
  const wanted = wordsOf(text);
  const scored = services.map((service) => ({ service, score: score(service, wanted, institution(service.service)) }));
  return scored
    .filter(({ score }) => score !== null)
    .sort((a, b) => a.score - b.score)
    .slice(0, MOST)
    .map(({ service }) => service);
}

function score({ name, service }, wanted, institution) {
  const [title, beside] = [fold(pick(name)), fold(`${institution} ${service}`)];
  let sum = 0;
  for (const part of wanted) {
    const at = placeOf(title, part);
    if (at < 0 && !beside.includes(part)) return null;
    if (at !== 0) sum += at < 0 ? 3 : title[at - 1] === " " ? 1 : 2;
  }
  return sum;
}

/** Where `part` is in `title`, at the beginning of a word rather than inside one; -1 where it is not. */
function placeOf(title, part) {
  if (title.startsWith(part)) return 0;
  const at = title.indexOf(` ${part}`);
  return at >= 0 ? at + 1 : title.indexOf(part);
}

function offered(desk, { first }) {
  const { draft } = desk.ui;
  if (!draft.text.trim()) return first.slice(0, MOST);
  return find(desk.catalogue?.services ?? [], draft.text, (code) => institutionName(desk, code));
}

/** `use`: its `label`; the services that it offers `first`, before anything is typed; `take(code)`; `drop()` on Esc. */
export function finder(desk, use) {
  const { draft } = desk.ui;
  const hits = draft.open ? offered(desk, use) : [];
  return html`<div class="finder">
    <label for="finder">${use.label}</label>
    <kbd aria-hidden="true">F8</kbd>
    <span class="muted" id="finder-how">${t("type a few letters, ↑ ↓ choose, Enter takes")}</span>
    <div class="finder-field">
      ${icon("search")}
      <input
        id="finder"
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        aria-autocomplete="list"
        aria-expanded=${hits.length > 0}
        aria-controls="finder-hits"
        aria-describedby="finder-how"
        aria-keyshortcuts="F8"
        aria-activedescendant=${hits.length ? `hit-${draft.active}` : nothing}
        .value=${live(draft.text)}
        @input=${(event) => typed(desk, event.target.value)}
        @keydown=${(event) => key(desk, event, hits, use)}
        @blur=${() => close(desk)}
      />
      <ul id="finder-hits" role="listbox" aria-label=${t("Services found")} ?hidden=${!hits.length}>
        ${hits.map(
          (hit, index) => html`<li
            id="hit-${index}"
            role="option"
            aria-selected=${index === draft.active}
            @pointerdown=${(event) => event.preventDefault()}
            @click=${() => use.take(hit.service)}
          >
            <span>${underlined(pick(hit.name), draft.service ? "" : draft.text)}</span>
            <span class="muted">${institutionName(desk, hit.service)}</span>
          </li>`,
        )}
      </ul>
    </div>
    ${draft.open && draft.text.trim() && !hits.length
      ? html`<p class="muted finder-none">${t("No such service. Try another word or the institution’s name.")}</p>`
      : nothing}
  </div>`;
}

function typed(desk, text) {
  Object.assign(desk.ui.draft, { text, service: null, open: true, active: 0 });
  desk.draw();
}

function close(desk) {
  if (!desk.ui.draft.open) return;
  desk.ui.draft.open = false;
  desk.draw();
}

function key(desk, event, hits, use) {
  const { draft } = desk.ui;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    if (!draft.open) Object.assign(draft, { open: true, active: 0 });
    else if (hits.length) draft.active = (draft.active + step + hits.length) % hits.length;
  } else if (event.key === "Enter") {
    if (hits.length) use.take(hits[draft.active].service);
  } else if (event.key === "Escape") {
    if (!draft.open) return use.drop();
    draft.open = false;
  } else return;
  event.preventDefault();
  desk.draw();
}

/** The text with the letters that match the words of `wanted` underlined. */
function underlined(text, wanted) {
  const folded = fold(text);
  const hit = new Array(folded.length).fill(false);
  for (const part of wordsOf(wanted)) {
    const from = placeOf(folded, part);
    if (from >= 0) hit.fill(true, from, from + part.length);
  }
  const pieces = [];
  for (let i = 0; i < text.length; i += 1) {
    if (i && hit[i] === hit[i - 1]) pieces.at(-1).text += text[i];
    else pieces.push({ text: text[i], hit: hit[i] });
  }
  return pieces.map((piece) => (piece.hit ? html`<u>${piece.text}</u>` : piece.text));
}
