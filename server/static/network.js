/** Keeps the page of all centres up to date, and searches while one types; without it the form and a reload do the same. */
const EVERY_MS = 5000;
const part = document.getElementById("live");
const form = document.querySelector("form[data-live]");
const away = document.getElementById("away");
let tag = "";
let asked = 0;

const wanted = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value));

async function refresh() {
  const turn = ++asked;
  let answer;
  try {
    answer = await fetch(`/live?${wanted()}`, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
  } catch {
    away.hidden = false;
    return;
  }
  if (turn !== asked) return;
  if (answer.redirected) return location.reload();
  away.hidden = answer.status < 500;
  if (answer.status !== 200) return;
  tag = answer.headers.get("ETag") ?? "";
  const text = await answer.text();
  if (turn === asked) show(text);
}

/** Puts the new part in place; where one reads and what has the focus stay. */
function show(text) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = document.getElementById("list")?.scrollTop ?? 0;
  part.innerHTML = text;
  const list = document.getElementById("list");
  if (list) list.scrollTop = scrolled;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

const kept = document.querySelector("[data-query]");

function search() {
  history.replaceState(null, "", `?${wanted()}`);
  if (kept) kept.value = wanted();
  tag = "";
  refresh();
}

if (part && form) {
  form.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  setInterval(() => document.hidden || refresh(), EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
