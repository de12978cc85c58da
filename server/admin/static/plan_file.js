/** A TOML file becomes the draft; every fault is told with its line. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { icon, t, tn } from "/static/page.js";
import { post } from "./plan_post.js";

let faults = null;
let held = [];
let more = 0;

export const importing = (page) => html`
  <label class="button plan-file">
    ${icon("file-text")} ${t("Read a TOML file")}
    <input id="toml" type="file" accept=".toml,text/plain" @change=${(event) => read(page, event.target)} />
  </label>
  ${faults
    ? html`<section class="notice" data-kind="trouble" id="toml-faults" tabindex="-1" aria-label=${t("Faults of the file")}>
        ${icon("alert-triangle")}
        <div>
          <p>${t("The file was not taken. Nothing was changed.")}</p>
          <ul>${faults.map(({ path, line, text }) => html`<li>${line ? t("line {n}", { n: line }) : nothing} <code>${path}</code> ${text}</li>`)}</ul>
          ${more ? html`<p>${tn("{n} more fault: first put right these.", "{n} more faults: first put right these.", more)}</p>` : nothing}
        </div>
      </section>`
    : nothing}
  ${held.length
    ? html`<section class="notice" id="toml-held" tabindex="-1">
        ${icon("lock")}
        <div>
          <p>${t("The network sets {keys}: this stays as it is, whatever the file says.", { keys: held.join(", ") })}</p>
          <button class="button" type="button" @click=${() => location.reload()}>${t("To the draft")}</button>
        </div>
      </section>`
    : nothing}
`;

async function read(page, input) {
  const [file] = input.files;
  if (!file) return;
  input.value = "";
  const answer = await post("/admin/plan/import", await file.text());
  if (answer.ok && !answer.held.length) {
    location.reload();
    return;
  }
  if (answer.ok) {
    faults = null;
    held = answer.held;
    page.draw();
    document.getElementById("toml-held").focus();
    return;
  }
  held = [];
  faults = answer.faults ?? [{ path: "", line: null, text: answer.text }];
  more = answer.more ?? 0;
  page.draw();
  document.getElementById("toml-faults").focus();
}
