/** The search screen: a field, the best matches, and keys with the Latvian letters. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { live } from "/static/vendor/lit/directives/live.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { icon, pick, t, tn } from "/static/page.js";
import { find, pieces } from "./find.js";
import { hasMore, truthLine } from "./menu.js";
import { both, heading, tile, twice, unbroken, unknownTile } from "./parts.js";

const HITS = {
  portrait: 4,
  "portrait-low": 2,
  "portrait-large": 3,
  "portrait-large-low": 1,
  landscape: 4,
  "landscape-large": 2,
};

/**
 * Five short lines in portrait, four long ones in landscape. q w x y are no Latvian letters: they come with another language. Who
 * reads Cyrillic types it: a service is found by it too.
 */
const KEYS = {
  portrait: {
    lv: ["1234567890", "ertuiopš", "asdfghjklā", "zcvbnmēīū", "žčģķļņ"],
    other: ["1234567890", "qwertyuiop", "asdfghjklā", "zxcvbnmēīū", "žčģķļņš"],
    ru: ["1234567890", "йцукенгшщз", "фывапролдж", "ячсмитьбюэ", "хъё"],
    uk: ["1234567890", "йцукенгшщз", "фівапролдж", "ячсмитьбює", "хїґ"],
  },
  landscape: {
    lv: ["1234567890žčģ", "ertuiopšķļņ", "asdfghjklā", "zcvbnmēīū"],
    other: ["1234567890žčģ", "qwertyuiopķļņ", "asdfghjklāš", "zxcvbnmēīū"],
    ru: ["1234567890ёхъ", "йцукенгшщз", "фывапролджэ", "ячсмитьбю"],
    uk: ["1234567890їхґ", "йцукенгшщз", "фівапролджє", "ячсмитьбю"],
  },
};
const keysOf = (layout, language) => {
  const own = KEYS[layout.split("-")[0]];
  return own[language] ?? own.other;
};

/** Pressing a key leaves the focus, and so the caret, in the field. */
const keyboard = (lines, write, wipe) => html`<div
  class="keys"
  role="group"
  aria-label=${t("Keys")}
  @mousedown=${(event) => event.preventDefault()}
>
  ${lines.map(
    (line, i) => html`<div class="key-row">
      ${[...line].map((letter) => html`<button class="key" @click=${() => write(letter)}>${letter}</button>`)}
      ${i === lines.length - 1
        ? html`<button class="key" data-wide @click=${() => write(" ")}>${both("space")}</button>
            <button class="key" data-wide aria-label=${t("Delete the last letter")} @click=${wipe}>${icon("backspace")}</button>`
        : nothing}
    </div>`,
  )}
</div>`;

const marked = (name, query) =>
  pieces(name, query).map((piece) => (piece.hit ? html`<mark>${unbroken(piece.text)}</mark>` : unbroken(piece.text)));

/** The sentence under the field; also what a screen reader hears. */
export function searchCount(menu, query) {
  if (!query.trim()) return t("Type a word or its beginning.");
  const found = find(menu, query).length;
  const text = tn("{n} match", "{n} matches", found);
  return found > Math.min(...Object.values(HITS)) ? `${text}; ${t("the best are shown, type on for others")}` : text;
}

export function searchScreen(menu, { alert, layout, query, language, controls }) {
  const hits = find(menu, query);
  const shown = hits.slice(0, HITS[layout]);
  return html`<main class="screen search">
    ${heading("What are you looking for?")}
    <label class="field">
      ${icon("search")}<span class="visually-hidden">${t("What are you looking for?")}</span>
      <input
        autocomplete="off"
        spellcheck="false"
        inputmode="none"
        maxlength="60"
        .value=${live(query)}
        @input=${(event) => controls.type(event.target.value)}
      />
    </label>
    <p class="count"><span>${twice(() => searchCount(menu, query))}</span> <span>${both("Diacritics may be left out.")}</span></p>
    ${alert}
    <div class="tiles rows hits">
      ${repeat(
        shown,
        (one) => one.service,
        (one) =>
          tile({
            gives: controls.basket.length || hasMore(menu, one) ? "step" : "number",
            title: html`${marked(pick(one.name, "lv"), query)}${pick(one.name) === pick(one.name, "lv")
              ? nothing
              : html` <span class="second" lang=${language}>${marked(pick(one.name), query)}</span>`}`,
            line: controls.off ? null : () => truthLine(menu, one),
            off: controls.off,
            shut: !one.open,
            pressed: controls.pressed === one.service,
            press: () =>
              controls.basket.length || hasMore(menu, one)
                ? controls.go("how", { service: one.service })
                : controls.take([one.service]),
          }),
      )}
      ${query.trim() && !hits.length
        ? unknownTile(
            menu,
            { title: () => t("I don't know which service"), line: () => t("Take a number — a specialist will help to choose") },
            controls,
          )
        : nothing}
    </div>
    ${keyboard(
      keysOf(layout, language),
      (letter) => controls.type(query + letter),
      () => controls.type(query.slice(0, -1)),
    )}
  </main>`;
}
