/** The page's line to the kiosk program on the same machine: whole states in, commands out. */

const STALE_AFTER_MS = 9_000;
const LOOK_MS = 500;
const TRY_MS = 4_000;
const GIVE_UP_MS = 12_000;

/**
 * Listens to `/feed`. Calls `onState(state)` with each whole state, `onInput({kind, value})` with what a reader, a keypad or a
 * headphone plug says, and `onLink({state, since})` when the line changes:
 * "up", or "stale" before 10 s went by without a sign of life; it comes back by itself. `now()` is the program's clock.
 */
export function listen({ onState, onLink, onInput }) {
  let source = null;
  let offset = 0;
  let heard = Date.now();
  let opened = 0;
  let link = { state: "down", since: heard };
  const tell = (state) => {
    if (link.state === state) return;
    link = { state, since: heard };
    onLink(link);
  };
  const alive = (now) => {
    heard = Date.now();
    offset = new Date(now).getTime() - heard;
  };
  const open = () => {
    source?.close();
    opened = Date.now();
    source = new EventSource("/feed");
    source.addEventListener("beat", (event) => {
      alive(JSON.parse(event.data).now);
      tell("up");
    });
    source.addEventListener("input", (event) => onInput(JSON.parse(event.data)));
    source.addEventListener("state", (event) => {
      const state = JSON.parse(event.data);
      alive(state.now);
      onState(state);
      tell("up");
    });
  };
  setInterval(() => {
    const silent = Date.now() - heard > STALE_AFTER_MS;
    if (silent) tell("stale");
    const closed = source.readyState === EventSource.CLOSED;
    const hung = silent && Date.now() - opened > STALE_AFTER_MS;
    if (closed || hung) open();
  }, LOOK_MS);
  open();
  return { now: () => new Date(Date.now() + offset) };
}

/** Tells the program that the page is alive; `seen` counts the states that it has drawn. Lost without harm. */
export const beat = (seen) =>
  fetch("/beat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ visible: document.visibilityState === "visible", seen }),
  }).catch(() => null);

/**
 * Submits one command until it is answered, with the same id; after 12 s without an answer the code is `no_answer`.
 * `language` is that of the sentence if the answer is no.
 */
export async function submit(id, name, data, language) {
  const end = Date.now() + GIVE_UP_MS;
  while (Date.now() < end) {
    try {
      const reply = await fetch("/command", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ id, name, data, language }),
        signal: AbortSignal.timeout(TRY_MS),
      });
      return await reply.json();
    } catch {
      await new Promise((done) => setTimeout(done, 250));
    }
  }
  return { ok: false, code: "no_answer" };
}
