/** The sheet of an act: a form with its reason, sent as one command; a refusal is said where the press was. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { ref } from "/static/vendor/lit/directives/ref.js";
import { commandId } from "/static/command_id.js";
import { icon, t } from "/static/page.js";
import { act, leave, page } from "./now_page.js";

/** Opens the dialog as soon as it stands in the page. */
const modal = (element) => element && queueMicrotask(() => element.isConnected && !element.open && element.showModal());

/** The dialog, or nothing. A sheet is {key, title, lead, fields, send(values), button, grave, done, undo}; one of `choices` leads on. */
export function sheet() {
  const one = page.sheet;
  if (!one) return nothing;
  return html`<dialog class="sheet" aria-labelledby="sheet-title" data-sheet=${one.key} ${ref(modal)} @close=${close}>
    <form @submit=${submit}>
      <h2 id="sheet-title">${one.title}</h2>
      ${one.choices ? html`<p class="acts">${one.choices.map(([name, words, press, id]) => act(name, words, press, { id }))}</p>` : nothing}
      ${one.lead ? html`<p>${typeof one.lead === "function" ? one.lead() : one.lead}</p>` : nothing} ${(one.fields ?? []).map(field)}
      <p class="sheet-answer" role="alert">
        ${one.refused ? html`<span class="notice" data-kind="trouble">${icon("alert-triangle")} <span>${one.refused}</span></span>` : nothing}
      </p>
      <p class="sheet-foot">
        <button class="button" type="button" @click=${({ currentTarget }) => leave(currentTarget)}>${t("Leave it")}</button>
        ${one.button ? html`<button class="button" data-kind=${one.grave ? "grave" : "main"} type="submit" aria-disabled=${String(one.busy)}>${one.button}</button>` : nothing}
      </p>
    </form>
  </dialog>`;
}

function close() {
  page.sheet = null;
  page.paint();
  if (document.activeElement === document.body) document.querySelector(".now-done").focus();
}

const FIELDS = {
  text: ({ name, most = 140, least = 1, value = "" }) => html`<input
    type="text" name=${name} required minlength=${least} maxlength=${most} autocomplete="off" .defaultValue=${value} />`,
  number: ({ name, least, most, value }) => html`<input
    type="number" name=${name} required min=${least} max=${most} .defaultValue=${String(value)} />`,
  select: ({ name, options, value }) => html`<select name=${name}>
    ${options.map(([code, words]) => html`<option value=${code} ?selected=${code === value}>${words}</option>`)}
  </select>`,
};

function field(one) {
  if (one.kind === "checks") {
    return html`<fieldset><legend>${one.label}</legend>
      ${one.options.map(([code, words]) => html`<label class="check"><input type="checkbox" name=${one.name} value=${code} /> ${words}</label>`)}
    </fieldset>`;
  }
  return html`<label class="field"><span>${one.label}</span> ${FIELDS[one.kind](one)}
    ${one.hint ? html`<small>${one.hint}</small>` : nothing}</label>`;
}

/** The reason that every act over people has. */
export const reason = () => ({ name: "reason", kind: "text", least: 3, label: t("Why"), hint: t("It is kept in the journal. No names and no personal data.") });

async function submit(event) {
  event.preventDefault();
  const one = page.sheet;
  if (!one?.send || one.busy) return;
  const { target } = event;
  const form = new FormData(target);
  one.id ??= commandId();
  one.busy = true;
  page.paint();
  const [name, data] = one.send({ get: (key) => form.get(key), all: (key) => form.getAll(key) });
  const answer = await page.link.submit(name, data, one.id);
  if (page.sheet !== one) return;
  one.busy = false;
  if (answer.ok) {
    const result = answer.result ?? {};
    page.done = { text: typeof one.done === "function" ? one.done(result) : one.done, undo: one.undo ?? null };
    leave(target);
  } else {
    one.id = null;
    one.refused = answer.text || t("It was not done. Try again.");
  }
  page.paint();
}

/** What was done last, and the step back where there is one. */
export function done() {
  const one = page.done;
  return html`<div class="now-done" role="status" tabindex="-1" ?data-on=${Boolean(one)}>
    ${one
      ? html`<span>${icon(one.failed ? "alert-triangle" : "check")} ${one.text}</span>
          ${one.undo ? html`<button class="button small-button" type="button" @click=${takeBack}>${icon("arrow-back-up")} ${t("Take back")}</button>` : nothing}`
      : nothing}
  </div>`;
}

async function takeBack() {
  const [name, data] = page.done.undo;
  page.done = null;
  await send(name, data, t("Taken back."));
  document.querySelector(".now-done").focus();
}

/** A command without a form. */
export async function send(name, data, words) {
  const answer = await page.link.submit(name, data);
  page.done = answer.ok ? { text: words, undo: null } : { text: answer.text || t("It was not done. Try again."), undo: null, failed: true };
  page.paint();
  return answer;
}
