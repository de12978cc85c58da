/** The draft compared: what changes, what becomes of those who wait, a past day with it, and when it starts. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, icon, t, tn } from "/static/page.js";
import { commandId } from "/static/command_id.js";
import { post } from "./plan_post.js";

/** What the server says of the draft, of a day with it, and of its start. */
const seen = { review: null, trial: null, trying: false, answer: null, busy: false, when: "now", date: boot.today, time: "8:00", reason: "", toml: false, id: "" };

/** The draft has changed: what was said of it holds no more. */
export const forget = () => Object.assign(seen, { review: null, trial: null, answer: null, id: "" });

/** Has the server look at the draft, and goes to a step's heading. */
export async function reviewed(page, step) {
  seen.review = await post("/admin/plan/review", page.sent());
  if (seen.review.now_version) page.nowVersion = seen.review.now_version;
  page.draw();
  document.getElementById(`at-${step}`)?.focus();
}

export function review(page) {
  const found = seen.review;
  if (!found) return html`<p role="status">${t("Please wait")}</p>`;
  if (!found.ok) return html`<p class="notice" data-kind="trouble">${icon("alert-triangle")} ${found.text}</p>`;
  return html`<div class="plan-review">
    <div>${groups(found)} ${checks(page, found)}</div>
    <div>${effect(found)} ${start(page, found)} ${versions()}</div>
  </div>`;
}

function groups(found) {
  const rows = (found.groups ?? []).flatMap((one) => one.rows);
  return html`<section class="card" aria-labelledby="at-compare">
    <h2 id="at-compare" tabindex="-1">${tn("{n} change", "{n} changes", (found.groups ?? []).length)}
      <span class="small">${t("compared with version {n}", { n: found.now_version })}</span></h2>
    ${found.faults.length ? html`<p>${t("First put right what is wrong.")}</p>` : rows.length ? nothing : html`<p>${t("Nothing is changed.")}</p>`}
    ${(found.groups ?? []).map(
      (one) => html`<h3>${one.title}</h3>
        <ul class="diff">
          ${one.rows.map(
            (row) => html`<li data-sign=${row.sign}>
              <span aria-hidden="true">${row.sign === "-" ? "−" : "+"}</span>
              <span><span class="visually-hidden">${row.sign === "-" ? t("until now") : t("from now on")}</span>
              ${row.label}: ${row.said.map(([text, fresh]) => (fresh ? html`<strong>${text}</strong>` : text))}</span>
            </li>`,
          )}
        </ul>`,
    )}
    ${found.toml?.length
      ? html`<details ?open=${seen.toml} @toggle=${(e) => (seen.toml = e.target.open)}>
          <summary>${t("Show as TOML")}</summary>
          <pre class="toml" tabindex="0" aria-label="TOML">${found.toml.map((line) => html`<span data-sign=${line[0]}>${line}\n</span>`)}</pre>
        </details>`
      : nothing}
  </section>`;
}

function checks(page, found) {
  return html`<section class="card" aria-labelledby="at-check">
    <h2 id="at-check" tabindex="-1">${t("Check")}</h2>
    ${found.faults.length
      ? html`<ul class="plan-faults">${found.faults.map(({ path, text }) => html`<li><button type="button" class="link" @click=${() => show(page, path)}>${icon("alert-triangle")} ${text}</button> <code>${path}</code></li>`)}</ul>
        ${found.more ? html`<p>${tn("{n} more fault: first put right these.", "{n} more faults: first put right these.", found.more)}</p>` : nothing}`
      : html`<p><span class="tag" data-kind="ok">${icon("circle-check")} ${t("No faults")}</span></p>`}
    ${found.warnings?.length
      ? html`<ul class="plan-warnings">${found.warnings.map((one) => html`<li><span class="tag" data-kind="attention">${icon("alert-triangle")} ${t("warning")}</span> ${one}</li>`)}</ul>`
      : nothing}
    <h3>${t("A past day with this plan")}</h3>
    ${trial(page)}
  </section>`;
}

/** Goes to the field that a fault is at. */
async function show(page, path) {
  const own = boot.sections.find((one) => one.fields.some((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)));
  if (own) page.here = own.name;
  await page.go("edit");
  const item = /^\w+\[\d+\]/.exec(path)?.[0];
  const opener = item && document.getElementById(`open-${item}`);
  if (opener?.getAttribute("aria-expanded") === "false") opener.click();
  (document.getElementById(path) ?? opener ?? document.getElementById("fields"))?.focus();
}

function trial(page) {
  const { trial: found, trying } = seen;
  if (trying) return html`<p role="status">${t("The day is being played.")}</p>`;
  if (!found) return html`<button class="button" type="button" id="try" @click=${() => play(page)}>${icon("player-play")} ${t("Play a past day")}</button>`;
  if (!found.ok) return html`<p role="status">${found.text}</p>`;
  return html`<p class="small">${found.real
      ? tn("{day}: {n} visitor came; the same day with both plans.", "{day}: {n} visitors came; the same day with both plans.", found.visitors, { day: found.day })
      : tn("No past day has enough visitors: {day} with {n} drawn one.", "No past day has enough visitors: {day} with {n} drawn ones.", found.visitors, { day: found.day })}</p>
    <table>
      <thead><tr><th scope="col">${t("Figure")}</th><th scope="col" class="n">${t("Was")}</th><th scope="col" class="n">${t("Would be")}</th><th scope="col"><span class="visually-hidden">${t("Difference")}</span></th></tr></thead>
      <tbody>${found.rows.map((row) => html`<tr><th scope="row">${row.label}</th><td class="n">${row.before}</td><td class="n"><strong>${row.after}</strong></td>
        <td>${row.better === null ? t("the same") : html`<span class="tag" data-kind=${row.better ? "ok" : "attention"}>${icon(row.better ? "circle-check" : "alert-triangle")} ${row.better ? t("better") : t("worse")}</span>`}</td></tr>`)}</tbody>
    </table>`;
}

async function play(page) {
  seen.trying = true;
  page.draw();
  seen.trial = await post("/admin/plan/trial", page.sent());
  seen.trying = false;
  page.draw();
}

function effect(found) {
  return html`<section class="card" aria-labelledby="at-effect">
    <h2 id="at-effect">${t("What happens to those who wait now")}</h2>
    <dl class="effect">${(found.effect ?? []).map((one) => html`<div data-kind=${one.grave ? "grave" : nothing}><dt>${one.grave ? icon("alert-triangle") : nothing} ${one.label}</dt><dd>${one.said}</dd></div>`)}</dl>
    ${found.effect ? nothing : html`<p>${t("First put right what is wrong.")}</p>`}
  </section>`;
}

function start(page, found) {
  const ready = !found.faults.length && (found.groups ?? []).length > 0 && !seen.busy;
  const now = seen.when === "now";
  const next = found.now_version + 1;
  return html`<section class="card" aria-labelledby="at-start">
    <h2 id="at-start" tabindex="-1">${t("When to start")}</h2>
    <form @submit=${(event) => (event.preventDefault(), ready && begin(page))}>
      <fieldset class="plan-when">
        <legend class="visually-hidden">${t("When to start")}</legend>
        <label class="tick-box"><input type="radio" name="when" value="now" .checked=${now} @change=${() => choose(page, "now")} /> ${t("At once")}</label>
        <label class="tick-box"><input type="radio" name="when" value="at" .checked=${!now} @change=${() => choose(page, "at")} /> ${t("At a time")}</label>
        ${now
          ? nothing
          : html`<span class="plan-at"><label>${t("Day")} <input id="at-date" type="date" min=${boot.today} .value=${seen.date} @input=${(e) => (seen.date = e.target.value)} /></label>
            <label>${t("Time")} <input id="at-time" type="text" inputmode="numeric" pattern="[0-2]?[0-9]:[0-5][0-9]" size="5" .value=${seen.time} @input=${(e) => (seen.time = e.target.value)} /></label></span>`}
      </fieldset>
      <p class="plan-field"><label for="reason">${t("Why (kept in the history)")}</label>
        <input id="reason" type="text" maxlength="140" .value=${seen.reason} @input=${(e) => (seen.reason = e.target.value)} /></p>
      <div id="start-answer" role="status" tabindex="-1">${seen.busy ? t("Please wait") : said()}</div>
      <button class="button" data-kind="done" type="submit" id="begin" aria-disabled=${!ready}>
        ${icon(now ? "player-play" : "clock")} ${now ? t("Start version {n}", { n: next }) : t("Schedule version {n}", { n: next })}
      </button>
      <button class="button" type="button" @click=${() => page.go("edit")}>${t("Back to the forms")}</button>
    </form>
  </section>`;
}

function choose(page, when) {
  seen.when = when;
  seen.id = "";
  page.draw();
}

const said = () =>
  seen.answer && !seen.answer.ok ? html`<p class="notice" data-kind="trouble">${icon("alert-triangle")} <span>${seen.answer.text}</span></p>` : nothing;

async function begin(page) {
  seen.id ||= commandId();
  Object.assign(seen, { busy: true, answer: null });
  page.draw();
  const [hour = "", minute = ""] = seen.time.split(":");
  const at = seen.when === "now" ? "" : `${seen.date}T${hour.padStart(2, "0")}:${minute}`;
  seen.answer = await post("/admin/plan/start", page.sent({ id: seen.id, at, reason: seen.reason.trim() }));
  seen.busy = false;
  if (seen.answer.ok) {
    location.assign("/admin/plan");
    return;
  }
  seen.id = "";
  if (seen.answer.code === "plan_moved_on") await page.settle();
  page.draw();
  document.getElementById("start-answer")?.focus();
}

function versions() {
  return html`<section class="card" aria-labelledby="at-versions">
    <h2 id="at-versions">${t("Versions")}</h2>
    <table>
      <thead><tr><th scope="col">${t("Version")}</th><th scope="col">${t("In force from")}</th><th scope="col">${t("Who it was")}</th><th scope="col">${t("Why")}</th></tr></thead>
      <tbody>${boot.versions.map((one, at) => html`<tr><th scope="row">${one.version} ${at ? nothing : html`<span class="tag" data-kind="ok">${icon("check")} ${t("now")}</span>`}</th>
        <td>${one.at}</td><td>${one.who}</td><td>${one.reason || "–"}</td></tr>`)}</tbody>
    </table>
    <p><a href="/admin/plan/versions">${t("All versions of the plan")}</a></p>
  </section>`;
}
