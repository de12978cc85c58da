/** The demo's signs: what the bytes on the serial line make them show, and keys that say their bytes to it. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, draw, pick, t } from "/static/page.js";

const AGAIN_MS = 1000;
const NAMES = { CallNext: "Call next", Recall: "Call again", NoShow: "No-show" };

let shown = null;
let cut = false;

async function follow() {
  const answer = await fetch(`/panels/shown?version=${shown?.version ?? -1}`).catch(() => null);
  cut = !answer?.ok;
  if (!cut) shown = await answer.json();
  render();
  setTimeout(follow, cut ? AGAIN_MS : 0);
}

const press = (key) =>
  fetch("/panels/key", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(key) });

const place = (counter) => pick(boot.place).replace("{n}", counter);

const keysOf = (counter) =>
  boot.keys.map(([at, does], key) =>
    at === counter ? html`<button class="button" type="button" @click=${() => press(key)}>${does.map(named).join(", ")}</button>` : nothing,
  );

const named = (command) => t(NAMES[command] ?? command);

const sign = ({ counter, address, text, flash, light, said }) => html`<li>
  <h2>${place(counter)} <small>${t("address {n}", { n: address })}</small></h2>
  <output class="led" data-light=${light} ?data-flash=${flash}>${text || "\u00a0"}</output>
  <p class="said"><code>${said || t("nothing yet")}</code></p>
  <p class="keys">${keysOf(counter)}</p>
</li>`;

function render() {
  draw(html`<main>
    <h1>${t("Signs on a serial line")}</h1>
    <p>${t("Line {line}, driver {driver}: signs made of software read the bytes that the panel program writes.", boot)}</p>
    ${cut ? html`<p class="notice" data-kind="trouble" role="status">${t("No connection")}</p>` : nothing}
    <ul class="signs">${shown?.signs.map(sign)}</ul>
  </main>`);
}

render();
follow();
