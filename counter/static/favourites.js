/** The services that this clerk has marked as favourites: kept in this browser, by no name. */
import { html } from "/static/vendor/lit/lit-html.js";
import { boot, icon, t } from "/static/page.js";

const store = `rinda-favourites:${boot.own}`;
const MOST = 12;

let marked = read();

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(store));
    return Array.isArray(found) ? found.filter((code) => typeof code === "string") : [];
  } catch {
    return [];
  }
}

/** Those of `services` that are marked, in the order in which they were marked. */
export const favourites = (services) => marked.map((code) => services.find(({ service }) => service === code)).filter(Boolean);

function turn(desk, code) {
  marked = marked.includes(code) ? marked.filter((one) => one !== code) : [...marked, code].slice(-MOST);
  try {
    localStorage.setItem(store, JSON.stringify(marked));
  } catch {
    // A browser that keeps nothing has the marks until the page is loaded again.
  }
  desk.draw();
}

/** The button that marks the chosen service, or takes the mark away. */
export const mark = (desk, code) => html`<button class="quiet" type="button" aria-pressed=${marked.includes(code)} @click=${() => turn(desk, code)}>
  ${icon("star")} <span>${t("Favourite")}</span>
</button>`;
