/** Keeps the rooms of the page up to date while nobody works in them: every ten seconds, and when the page is looked at again. */
const EVERY_MS = 10_000;
const live = document.getElementById("live");

const busy = () => document.hidden || live.contains(document.activeElement) || live.querySelector("[data-touched]");

async function renew() {
  if (busy()) return;
  const answer = await fetch("/admin/rooms", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || busy()) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  if (fresh && !busy()) live.replaceChildren(...fresh.children);
}

live.addEventListener("input", (event) => event.target.closest("form")?.setAttribute("data-touched", ""));
document.addEventListener("visibilitychange", renew);
setInterval(renew, EVERY_MS);
