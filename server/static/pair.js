/** A screen with a pairing code: shows how long it holds, waits until the manager has typed it, and then opens its own page. */

const AGAIN_MS = 1000;
const card = document.querySelector(".pairing");
const ring = document.querySelector(".ring-left");
const digits = document.querySelector("#left");
const until = Date.now() + Number(card.dataset.left) * 1000;

/** The digits carry the time; the ring is decoration. */
function tick() {
  const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
  digits.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  ring.style.strokeDashoffset = String(100 - (100 * left) / Number(card.dataset.whole));
}

/** Each answer comes when the code was typed, or after half a minute; a server that is away is asked again. */
async function wait() {
  for (;;) {
    const answer = await fetch("/pair/wait", { method: "POST" }).catch(() => null);
    if (answer?.status === 200) {
      location.replace((await answer.json()).open);
      return;
    }
    if (answer?.status === 410) {
      location.reload();
      return;
    }
    if (answer?.status !== 204) await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

tick();
setInterval(tick, 1000);
wait();
