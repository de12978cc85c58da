/** The page of the plan: a draft as plain data in forms, checked by the server while one types, compared, and started. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, draw, icon, t, tn } from "/static/page.js";
import { attachLock } from "/counter/static/lock.js";
import { post } from "./plan_post.js";
import { section } from "./plan_form.js";
import { forget, review, reviewed } from "./plan_review.js";
import { importing } from "./plan_file.js";

const CHECK_AFTER_MS = 250;

/** The draft (`data`, made from `version`), what the server says of it, and what is looked at. */
const page = {
  data: boot.data,
  version: boot.version,
  checked: boot.checked,
  kept: boot.kept,
  nowVersion: boot.now_version,
  theirs: boot.theirs,
  planned: boot.planned,
  step: "edit",
  here: boot.sections[0].name,
  answer: null,
  busy: false,
  said: "",
  draw: paint,

  /** Takes a change in; the server's word on it comes a moment later. */
  change(work) {
    work(page.data);
    page.answer = null;
    forget();
    paint();
    clearTimeout(timer);
    timer = setTimeout(check, CHECK_AFTER_MS);
  },

  /** What is wrong with the field at a path such as `queues[0].zone`, or with the whole that it is. */
  fault: (path) => page.checked.faults.find((one) => one.path === path)?.text,

  /** Whether the network has set the field at a path, or what it is part of. */
  locked: (path) => boot.locked.some((one) => within(path, one)),

  /** What the page sends of itself. */
  sent: (more = {}) => JSON.stringify({ version: page.version, data: page.data, ...more }),

  /** Goes to another step; what is not checked yet is checked first. */
  async go(step) {
    await settle();
    page.step = step;
    paint();
    if (step !== "edit") await reviewed(page, step);
  },
  settle,
};

const within = (inner, outer) => inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
let timer = 0;
let asked = 0;
let checking = null;

/** Has the draft checked and kept. */
function check() {
  timer = 0;
  const turn = ++asked;
  checking = post("/admin/plan/check", page.sent()).then((found) => {
    if (turn !== asked) return;
    checking = null;
    if (!found.faults) page.answer = found;
    else Object.assign(page, { checked: found, kept: found.kept, nowVersion: found.now_version });
    paint();
  });
  return checking;
}

/** Waits until the server has seen what is on the page. */
async function settle() {
  if (timer) {
    clearTimeout(timer);
    await check();
  } else if (checking) await checking;
}

const STEPS = [
  ["edit", () => t("Edit")],
  ["check", () => t("Check")],
  ["compare", () => t("Compare")],
  ["start", () => t("Begin")],
];

function steps() {
  const at = STEPS.findIndex(([name]) => name === page.step);
  return html`<nav aria-label=${t("Steps")} class="steps"><ol>
    ${STEPS.map(
      ([name, label], n) => html`<li>
        <button type="button" id="step-${name}" data-state=${n < at ? "done" : n === at ? "now" : "next"}
          aria-current=${n === at ? "step" : nothing} @click=${() => page.go(name)}>
          <span class="step-n">${n < at ? icon("check") : n + 1}</span> ${label()}
        </button>
      </li>`,
    )}
  </ol></nav>`;
}

function paint() {
  const dirty = Boolean(page.kept);
  draw(html`<div class="plan">
    <header class="head">
      <div>
        <h1>${dirty ? t("The plan: draft for version {n}", { n: page.nowVersion + 1 }) : t("The plan")}</h1>
        <p class="when">${t("Version {n} is in force since {time}.", { n: page.nowVersion, time: boot.versions[0]?.at ?? "–" })}
          ${dirty ? t("Only you see the draft.") : nothing}</p>
      </div>
      <div class="plan-tools">
        <a class="button" href="/admin/plan/versions">${icon("history")} ${t("All versions of the plan")}</a>
        <a class="button" href=${dirty ? "/admin/plan/toml?draft" : "/admin/plan/toml"}>${icon("file-download")} ${t("Download TOML")}</a>
        ${importing(page)}
      </div>
    </header>
    ${warned()} ${steps()} ${page.step === "edit" ? editing() : review(page)}
    <p class="visually-hidden" role="status">${page.said}</p>
  </div>`);
}

/** What somebody else has done meanwhile. */
function warned() {
  const stale = page.version !== page.nowVersion;
  return html`${page.planned ? plannedNotice() : nothing}
    ${stale
      ? html`<section class="notice" data-kind="attention" id="stale">
          ${icon("alert-triangle")}
          <div>
            <p>${t("Somebody else has started version {n} meanwhile. Your draft is kept.", { n: page.nowVersion })}</p>
            ${page.theirs?.length ? html`<ul>${page.theirs.map((one) => html`<li>${one.title}: ${one.rows.map((row) => `${row.sign} ${row.label}`).join(", ")}</li>`)}</ul>` : nothing}
            <button class="button" type="button" @click=${merge}>${t("Bring both together")}</button>
          </div>
        </section>`
      : nothing}`;
}

function plannedNotice() {
  const { at, who, reason, stays } = page.planned;
  return html`<section class="notice" data-kind=${stays ? "trouble" : "info"} id="planned">
    ${icon(stays ? "alert-triangle" : "clock")}
    <div>
      <p>${stays ? t("The plan of {who} could not start at {time}: {why}", { who, time: at, why: stays }) : t("A plan of {who} starts at {time}.", { who, time: at })}
        ${reason}</p>
      <button class="button" type="button" @click=${() => takeBack(stays)}>${stays ? t("Go on with it as a draft") : t("Take it back")}</button>
    </div>
  </section>`;
}

async function takeBack(stays) {
  const answer = await post(stays ? "/admin/plan/take" : "/admin/plan/withdraw", "{}");
  if (answer.ok) location.reload();
  else {
    page.answer = answer;
    paint();
  }
}

async function merge() {
  await settle();
  const answer = await post("/admin/plan/merge", "{}");
  if (answer.ok) location.reload();
  else {
    page.answer = answer;
    paint();
  }
}

async function drop() {
  await settle();
  await post("/admin/plan/drop", "{}");
  location.reload();
}

/** The sections on the left, the fields of one of them beside. */
function editing() {
  const own = boot.sections.find((one) => one.name === page.here);
  return html`<div class="plan-edit">
    <nav class="plan-sections" aria-label=${t("Parts of the plan")}>
      ${boot.sections.map((one) => {
        const faults = page.checked.faults.filter(({ path }) => one.fields.some((name) => within(path, name))).length;
        return html`<button type="button" id="section-${one.name}" aria-current=${one.name === page.here ? "true" : nothing}
          @click=${() => visit(one.name)}>
          <span>${one.heading}</span>
          ${faults ? html`<span class="tag" data-kind="trouble">${icon("alert-triangle")} ${tn("{n} fault", "{n} faults", faults)}</span>` : nothing}
        </button>`;
      })}
      <a href="/admin/board">${icon("device-tv")} ${t("Slides and notices")}</a>
    </nav>
    <div class="plan-fields" id="fields" tabindex="-1">
      <h2>${own.heading}</h2>
      ${section(page, own)}
    </div>
    <footer class="plan-foot">
      <p id="answer" role="status" tabindex="-1">${state()}</p>
      ${page.kept ? html`<button class="button" data-kind="grave" type="button" @click=${drop}>${icon("trash")} ${t("Throw the draft away")}</button>` : nothing}
      <button class="button" data-kind="main" type="button" aria-disabled=${!page.kept} @click=${() => page.kept && page.go("compare")}>
        ${t("Check and compare")} ${icon("arrow-right")}
      </button>
    </footer>
  </div>`;
}

function visit(name) {
  page.here = name;
  paint();
  document.getElementById("fields").focus();
}

function state() {
  if (page.answer && !page.answer.ok) return html`<span class="tag" data-kind="trouble">${icon("alert-triangle")} ${page.answer.text}</span>`;
  const { faults, changes } = page.checked;
  const elsewhere = faults.filter(({ path }) => !boot.sections.some((one) => one.fields.some((name) => within(path, name))));
  if (elsewhere.length) return elsewhere.slice(0, 3).map(({ path, text }) => html`<span class="tag" data-kind="trouble">${path}: ${text}</span>`);
  if (faults.length) return html`<span class="tag" data-kind="trouble">${icon("alert-triangle")} ${tn("{n} fault", "{n} faults", faults.length + page.checked.more)}</span> ${t("The draft is kept.")}`;
  if (page.kept) return html`<span class="tag" data-kind="ok">${icon("check")} ${t("No faults")}</span> ${tn("{n} change, the draft is kept.", "{n} changes, the draft is kept.", changes)}`;
  return t("Nothing is changed.");
}

attachLock();
paint();
