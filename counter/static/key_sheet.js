/** The sheet of keys: where the desk is in one sentence, what each key does, and another key for who wants one. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { t } from "/static/page.js";
import { STEPS, mainStep } from "./desk_actions.js";
import { ACTIONS, asUsual, changed, keysOf, nameOf, padIsOn, printed, rebind, usePad } from "./keymap.js";

const OF_THE_ROLL = ["roll", "setRoll"];

export function keySheet(desk, head, whereAmI) {
  const { view, ui } = desk;
  const main = view && mainStep(desk);
  const shown = Object.keys(ACTIONS).filter((action) => view?.roll != null || !OF_THE_ROLL.includes(action));
  const words = (action) => (action === "main" && main ? t("main step, now: {step}", { step: STEPS[main].label() }) : ACTIONS[action].word());
  return html`${head(desk, t("Keys"))}
    ${view ? html`<p>${whereAmI(desk)}</p>` : nothing}
    <p class="muted key-words" role="status">${ui.keyWords ?? ""}</p>
    <table class="keys">
      <thead class="visually-hidden">
        <tr><th scope="col">${t("Key")}</th><th scope="col">${t("What it does")}</th><th scope="col">${t("Actions")}</th></tr>
      </thead>
      <tbody>
        ${shown.map((action) => html`<tr>
          <th scope="row">${keysOf(action).filter(printable).map((key) => html`<kbd>${printed(key)}</kbd> `)}</th>
          <td>${words(action)}</td>
          <td>
            <button class="quiet" type="button" aria-label=${t("Another key for: {what}", { what: words(action) })} @click=${() => begin(desk, action)} @keydown=${(event) => taken(desk, action, event)}>
              ${ui.rebinding === action ? t("press the key …") : t("change")}
            </button>
          </td>
        </tr>`)}
        ${fixed().map(([key, text]) => html`<tr><th scope="row"><kbd>${key}</kbd></th><td>${text}</td><td></td></tr>`)}
      </tbody>
    </table>
    <p>
      <label class="inline"><input type="checkbox" .checked=${padIsOn()} @change=${(event) => act(desk, () => usePad(event.target.checked))} />
        ${t("The keys + × ÷ of the number pad work too, outside text fields")}</label>
    </p>
    <p class="muted">${t("F13 to F24 are for pedals and programmable keypads.")}</p>
    ${changed() ? html`<button class="button" type="button" @click=${() => act(desk, asUsual)}>${t("All keys as usual")}</button>` : nothing}`;
}

/** Keys of pedals are not printed in the list: it says of them only that they are there. */
const printable = (key) => !/F(1[3-9]|2[0-4])$/.test(key);

const fixed = () => [
  ["1–5", t("kind of service, while the kind group has the focus")],
  ["Enter", t("takes the service found, then records it")],
  ["Esc", t("leaves a sheet or a list")],
];

function begin(desk, action) {
  Object.assign(desk.ui, { rebinding: action, keyWords: t("Press the new key, or Esc to leave it as it is.") });
  desk.draw();
}

/** The next key is the new one; Esc and Tab leave it as it was. */
function taken(desk, action, event) {
  if (desk.ui.rebinding !== action) return;
  const key = nameOf(event);
  if (!key) return;
  event.preventDefault();
  event.stopPropagation();
  const leave = ["Escape", "Tab"].includes(event.key);
  const fault = leave ? null : rebind(action, key);
  if (!fault) desk.ui.rebinding = null;
  desk.ui.keyWords = leave ? "" : (fault ?? t("{key}: {what}", { key: printed(key), what: ACTIONS[action].word() }));
  desk.draw();
}

function act(desk, change) {
  change();
  desk.ui.keyWords = "";
  desk.draw();
}
