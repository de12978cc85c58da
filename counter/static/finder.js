/** The service finder: a combobox over the catalogue that passes over diacritics and keeps the typed text. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { icon, pick, t } from "/static/page.js";
import { printed } from "./keymap.js";
import { institutionName } from "./words.js";

const MOST = 8;

/** The text without diacritics and in lower case, letter for letter: a match has the same place in both. */
export const fold = (text) =>
  [...text.normalize("NFC")].map((letter) => letter.normalize("NFD")[0].toLowerCase()).join("");

const wordsOf = (text) => fold(text).split(/\s+/).filter(Boolean);

/**
 * Services whose name, other words, institution or code have every word of `text`; beginnings of words first, and among equals
 * `recent`, those that were recorded here last.
 */
export function find(services, text, institution, recent = []) {
  const wanted = wordsOf(text);
  const scored = services.map((service) => ({ service, score: score(service, wanted, institution(service.service)) }));
  const age = ({ service }) => (recent.includes(service.service) ? recent.indexOf(service.service) : recent.length);
  return scored
    .filter(({ score }) => score !== null)
    .sort((a, b) => a.score - b.score || age(a) - age(b))
    .slice(0, MOST)
    .map(({ service }) => service);
}

function score({ name, service, keywords = [] }, wanted, institution) {
  const [title, beside] = [fold(pick(name)), fold(`${institution} ${service} ${keywords.join(" ")}`)];
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

function offered(desk, { first, slot, only }) {
  const services = (desk.catalogue?.services ?? []).filter((one) => !only || only(one));
  if (!slot.text.trim()) return first(services).slice(0, MOST);
  return find(services, slot.text, (code) => institutionName(desk, code), desk.view?.recent);
}

/** What is offered before anything is typed: the services that were recorded at this counter last. */
export const lastUsed = (desk) => (services) =>
  (desk.view?.recent ?? []).map((code) => services.find(({ service }) => service === code)).filter(Boolean);

/** A service chosen within a sheet; `slot` keeps what was typed and taken, `only(service)` which are offered. */
export const picker = (desk, slot, id, only) =>
  finder(desk, {
    id,
    slot,
    only,
    autofocus: true,
    label: t("Service"),
    first: lastUsed(desk),
    take: (service) => {
      const found = desk.catalogue.services.find((one) => one.service === service);
      Object.assign(slot, { service, text: pick(found.name), open: false, active: 0 });
      desk.draw();
    },
    drop: () => {
      Object.assign(slot, { service: null, text: "", open: false });
      desk.draw();
    },
  });

/**
 * `use`: its `id`, its `label` and key; `slot`, which keeps `{text, service, open, active}`; the services that it offers `first`,
 * before anything is typed; `take(code)`; `drop(event)` on Esc, which may keep a sheet open; `autofocus` where a sheet begins with it.
 */
export function finder(desk, use) {
  const { slot, id } = use;
  const hits = slot.open ? offered(desk, use) : [];
  return html`<div class="finder">
    <label for=${id}>${use.label}</label>
    ${use.key ? html`<kbd aria-hidden="true">${printed(use.key)}</kbd>` : nothing}
    <span class="muted" id="${id}-how">${t("type a few letters, ↑ ↓ choose, Enter takes")}</span>
    <div class="finder-field">
      ${icon("search")}
      <input
        id=${id}
        type="text"
        role="combobox"
        autocomplete="off"
        ?autofocus=${use.autofocus}
        spellcheck="false"
        aria-autocomplete="list"
        aria-expanded=${hits.length > 0}
        aria-controls="${id}-hits"
        aria-describedby="${id}-how"
        aria-keyshortcuts=${use.key ?? nothing}
        aria-activedescendant=${hits.length ? `${id}-${slot.active}` : nothing}
        .value=${live(slot.text)}
        @input=${(event) => typed(desk, slot, event.target.value)}
        @keydown=${(event) => key(desk, event, hits, use)}
        @blur=${() => close(desk, slot)}
      />
      <ul id="${id}-hits" role="listbox" aria-label=${t("Services found")} ?hidden=${!hits.length}>
        ${hits.map(
          (hit, index) => html`<li
            id="${id}-${index}"
            role="option"
            aria-selected=${index === slot.active}
            @pointerdown=${(event) => event.preventDefault()}
            @click=${() => use.take(hit.service)}
          >
            <span>${underlined(pick(hit.name), slot.service ? "" : slot.text)}</span>
            <span class="muted">${institutionName(desk, hit.service)}</span>
          </li>`,
        )}
      </ul>
    </div>
    ${slot.open && slot.text.trim() && !hits.length
      ? html`<p class="muted finder-none">${t("No such service. Try another word or the institution’s name.")}</p>`
      : nothing}
  </div>`;
}

function typed(desk, slot, text) {
  Object.assign(slot, { text, service: null, open: true, active: 0 });
  desk.draw();
}

function close(desk, slot) {
  if (!slot.open) return;
  slot.open = false;
  desk.draw();
}

function key(desk, event, hits, use) {
  const { slot } = use;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    if (!slot.open) Object.assign(slot, { open: true, active: 0 });
    else if (hits.length) slot.active = (slot.active + step + hits.length) % hits.length;
  } else if (event.key === "Enter") {
    if (!hits.length && slot.service) return;
    if (hits.length) use.take(hits[slot.active].service);
  } else if (event.key === "Escape") {
    if (!slot.open && !slot.text) return;
    if (!slot.open) return use.drop(event);
    slot.open = false;
  } else return;
  event.preventDefault();
  desk.draw();
  if (step) document.getElementById(`${use.id}-${slot.active}`)?.scrollIntoView({ block: "nearest" });
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
