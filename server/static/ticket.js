/** Renews the phone page in place every 15 s; without a network it keeps the last truth, greyed, with its time. */
const SPOKEN_AHEAD = ["5", "3", "2", "1"];
const timer = setInterval(renew, 15_000);

async function renew() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(8000) });
    if (answer.status >= 500) throw new Error(`status ${answer.status}`);
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    delete document.body.dataset.link;
  } catch {
    document.body.dataset.link = "stale";
  }
}

function show(fresh) {
  const [before, now] = [{ ...document.body.dataset }, fresh.body.dataset];
  for (const name of ["main", "footer"]) document.querySelector(name).replaceWith(fresh.querySelector(name) ?? "");
  document.title = fresh.title;
  document.body.dataset.state = now.state;
  document.body.dataset.ahead = now.ahead ?? "";
  const news = now.state !== before.state || (now.ahead !== before.ahead && SPOKEN_AHEAD.includes(now.ahead));
  if (news) document.getElementById("spoken").textContent = fresh.title;
  if (now.state === "ended" || now.state === "unknown") clearInterval(timer);
}
