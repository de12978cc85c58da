/** The desk locks itself when nobody is there, opens again for the same person, and changes hands by PIN or password. */
import { html, nothing, render } from "/static/vendor/lit/lit-html.js";
import { repeat } from "/static/vendor/lit/directives/repeat.js";
import { boot, icon, pick, t } from "/static/page.js";

const TELL_MS = 20_000;
const ASK_AGAIN_MS = 3_000;

/**
 * What the server said (`here`), what is on screen (`mode`: null, "switch" or "locked"), and what the form holds. `again` is what
 * a page does that stays over a new sign-in of the same person; `over`: it waits for that, `asked` once the window for it is open.
 */
const lock = {
  here: null, mode: null, chosen: "", error: "", busy: false, counter: null, dialog: null, focused: null, again: null, over: false,
  asked: null,
};
const windows = new BroadcastChannel("rinda-session");
let active = Date.now();
let told = Date.now();

/** Watches over this page. `counter` is handed over with the page when another person takes it; `again` as above. */
export async function attachLock({ counter = null, again = null } = {}) {
  Object.assign(lock, { counter, again });
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/counter/static/lock.css" });
  document.head.append(sheet);
  lock.dialog = Object.assign(document.createElement("dialog"), { className: "lock" });
  lock.dialog.setAttribute("aria-labelledby", "lock-title");
  lock.dialog.addEventListener("cancel", (event) => lock.mode === "locked" && event.preventDefault());
  lock.dialog.addEventListener("close", () => (lock.mode === "locked" ? lock.dialog.showModal() : leave()));
  document.body.append(lock.dialog);
  for (const kind of ["pointerdown", "keydown", "wheel"])
    window.addEventListener(kind, () => (active = lock.mode === "locked" ? active : Date.now()), { capture: true, passive: true });
  window.addEventListener("keydown", hold, { capture: true });
  windows.onmessage = ({ data }) => {
    if (data === "changed") location.reload();
    if (data === "locked") veil();
    if (data === "unlocked" && lock.mode === "locked" && !lock.over) open();
  };
  setInterval(watch, 1000);
  await look();
}

/** Locks at once. The page is covered before the server has answered. */
export async function lockNow() {
  veil();
  windows.postMessage("locked");
  await post("lock", {});
}

/** What colleagues call the person with an account; the account while that is not known. */
export const personName = (account) => lock.here?.names[account] ?? account;

/** The sheet in which another person takes over. */
export function openSwitch() {
  if (!lock.here || lock.mode) return;
  Object.assign(lock, { mode: "switch", chosen: lock.here.people.find((one) => one.name !== lock.here.account)?.name ?? "", error: "" });
  show();
  look();
}

/** While the page is covered or handed over, keys are for the sheet alone: typing needs no listener of the page. */
function hold(event) {
  if (!lock.mode) return;
  event.stopImmediatePropagation();
  // A browser closes a dialog at the second Esc, whatever its cancel event says.
  const escape = event.key === "Escape";
  const outside = /^F\d+$/.test(event.key) || !lock.dialog.contains(event.target);
  if (escape ? lock.mode === "locked" : outside) event.preventDefault();
}

async function look() {
  const answer = await fetch("/session/here").catch(() => null);
  if (answer?.ok) {
    lock.here = await answer.json();
    for (const [language, texts] of Object.entries(lock.here.messages)) boot.messages[language] = { ...texts, ...boot.messages[language] };
    if (lock.here.locked) veil();
    draw();
  } else if (answer?.status !== 401) setTimeout(look, ASK_AGAIN_MS);
}

/** Once a second: time to lock? Every 20 s in which somebody worked: the server is told, and says whether it has locked. */
async function watch() {
  const { here, mode } = lock;
  if (lock.asked) return await isBack();
  if (!here || mode === "locked") return;
  if (here.lock_s > 0 && Date.now() - active >= here.lock_s * 1000) return lockNow();
  if (active > told && Date.now() - told >= TELL_MS) {
    told = Date.now();
    const answer = await post("active", {});
    if (answer?.locked) veil();
  }
}

function veil() {
  if (lock.mode === "locked") return;
  if (!lock.mode) lock.focused = document.activeElement;
  Object.assign(lock, { mode: "locked", chosen: lock.here?.account ?? "", error: "" });
  document.documentElement.dataset.locked = "";
  show();
}

function open() {
  delete document.documentElement.dataset.locked;
  Object.assign(lock, { mode: null, error: "" });
  active = Date.now();
  lock.dialog.close();
}

function show() {
  draw();
  if (!lock.dialog.open) lock.dialog.showModal();
  lock.dialog.querySelector("#lock-name, #lock-secret")?.focus();
}

function leave() {
  lock.mode = null;
  draw();
  if (lock.focused?.isConnected) lock.focused.focus();
}

/** The session is over: the page is covered, and what is written on it waits; a page that keeps nothing goes to the sign-in page. */
export async function signInOver() {
  if (!lock.again || !lock.here) return location.assign(signInPage(location.pathname + location.search));
  const answer = await fetch("/session/here").catch(() => null);
  if (answer?.status !== 401 || lock.over) return null; // it is this page that may not be seen any more
  lock.over = true;
  veil();
  draw();
  return lock.dialog.querySelector("button").focus();
}

const signInPage = (next) => `/login?next=${encodeURIComponent(next)}`;

/** Signing in in a window of its own leaves this page as it is; where there can be no such window, this one goes. */
function signIn(event) {
  event.preventDefault();
  lock.asked = window.open(signInPage("/account"), "rinda-sign-in", "popup,width=520,height=760");
  if (!lock.asked) location.assign(signInPage(location.pathname + location.search));
}

/** The same person goes on with what was written; it goes with the page when it is somebody else. */
async function isBack() {
  const answer = await fetch("/session/here").catch(() => null);
  if (!answer?.ok || !lock.asked) return;
  lock.asked.close();
  lock.asked = null;
  if ((await answer.json()).account !== lock.here.account) return location.reload();
  lock.over = false;
  open();
  await look();
  lock.again();
}

/** The answer to a post of this session, or null without one; who is signed out has to sign in. */
async function post(what, body) {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": lock.here?.csrf ?? "", "Accept-Language": boot.language };
  const answer = await fetch(`/session/${what}`, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
  if (answer?.status === 401) await signInOver();
  return answer?.json().catch(() => null) ?? null;
}

async function submit(event) {
  event.preventDefault();
  if (lock.busy) return;
  const form = event.target;
  const data = new FormData(form);
  const name = data.get("name").trim();
  Object.assign(lock, { busy: true, error: "" });
  draw();
  const same = lock.mode === "locked" && name === lock.here.account;
  const secret = data.get("secret");
  const answer = same ? await post("unlock", { secret }) : await post("switch", { name, secret, counter: lock.counter });
  lock.busy = false;
  form.elements.secret.value = "";
  if (answer?.ok) {
    windows.postMessage(same ? "unlocked" : "changed");
    if (!same) return location.reload();
    open();
    return look();
  }
  lock.error = answer?.text ?? t("There is no connection to the centre server.");
  draw();
  form.elements.secret.focus();
}

const choose = (name) => {
  Object.assign(lock, { chosen: name, error: "" });
  draw();
  lock.dialog.querySelector("#lock-name, #lock-secret").focus();
};

function draw() {
  render(lock.mode && lock.here ? (lock.over ? overSheet() : sheet()) : nothing, lock.dialog);
}

const overSheet = () => html`<form @submit=${signIn}>
  <h2 id="lock-title">${icon("lock")} ${t("Your sign-in here is over.")}</h2>
  <p class="lock-how">${t("What you typed stays on this page until {name} signs in again. It is gone when somebody else does.", { name: lock.here.display })}</p>
  <div class="lock-steps"><button class="button" data-kind="main" type="submit">${t("Sign in")}</button></div>
</form>`;

function sheet() {
  const { here, mode, chosen } = lock;
  const people = here.people.filter(({ name }) => mode === "locked" || name !== here.account);
  const known = people.find(({ name }) => name === chosen);
  return html`<form autocomplete="off" @submit=${submit}>
    <h2 id="lock-title">${icon(mode === "locked" ? "lock" : "users")} ${mode === "locked" ? t("The desk is locked") : t("Who takes over?")}</h2>
    <p class="lock-how">
      ${mode === "locked" ? t("Calls go on arriving. Nothing that you typed is lost.") : t("The counter stays open. Whoever is being served stays with the one who serves.")}
    </p>
    <fieldset>
      <legend class="visually-hidden">${t("Person")}</legend>
      ${repeat(people, ({ name }) => name, (one) => person(one))} ${person({ name: "", display: t("Somebody else"), can: [], pin: true })}
    </fieldset>
    ${known
      ? html`<input type="hidden" name="name" .value=${chosen} />`
      : html`<label class="lock-field"><span>${t("Account name")}</span>
          <input id="lock-name" name="name" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="80" required /></label>`}
    <label class="lock-field"
      ><span>${known && !known.pin ? t("Password") : t("PIN or password")}</span>
      <input id="lock-secret" name="secret" type="password" autocomplete="off" maxlength="200" required aria-describedby="lock-error" />
    </label>
    <p id="lock-error" role="alert">${lock.error ? html`${icon("alert-triangle")} ${lock.error}` : nothing}</p>
    <div class="lock-steps">
      <button class="button" data-kind="main" type="submit" aria-disabled=${lock.busy}>
        ${mode === "locked" && chosen === here.account ? t("Unlock") : t("Take over")}
      </button>
      ${mode === "switch" ? html`<button class="button" type="button" @click=${() => lock.dialog.close()}>${t("Cancel")}</button>` : nothing}
    </div>
    ${mode === "switch" ? html`<a href="/account" target="_blank" rel="noopener">${t("My sign-ins and PIN")}</a>` : nothing}
  </form>`;
}

const person = ({ name, display, can }) => html`<label class="lock-person">
  <input type="radio" name="who" .checked=${lock.chosen === name} @change=${() => choose(name)} />
  <span>${display}${can.length ? html` <small>${can.map((one) => pick(one)).join(" · ")}</small>` : nothing}</span>
</label>`;
