/** The browser side of the protocol: identify, receive whole views, submit commands with an id that is kept on retry. */
import { commandId } from "./command_id.js";
import { io } from "./vendor/socket.io.js";

const STALE_AFTER_MS = 8000;
const RETRY_MS = [250, 500, 1000, 2000];

/**
 * Connects one channel. Calls `onView(view)` with each whole view and `onLink({state, since})` when the link changes:
 * state is "up", "down" (cut a moment ago), "stale" (no truth for 8 s), "replaced" (another page took this device over)
 * or "refused" (with `text`). `offset()` is server clock minus ours in ms, for clocks on the page.
 */
export function connect({ channel, device, protocol, onView, onLink, language = document.documentElement.lang }) {
  let offset = 0;
  let heard = Date.now();
  let link = { state: "down", since: Date.now() };
  let staleTimer = null;
  const tell = (state, extra = {}) => {
    if (link.state === state && !extra.text) return;
    link = { state, since: state === "down" || state === "stale" ? heard : Date.now(), ...extra };
    onLink(link);
  };
  const cut = () => {
    tell("down");
    clearTimeout(staleTimer);
    const left = Math.max(0, STALE_AFTER_MS - (Date.now() - heard));
    staleTimer = setTimeout(() => link.state === "down" && tell("stale"), left);
  };
  /** Whether this screen's token was to be replaced, and its cookie has the new one now. */
  const renewed = async () => (await fetch("/pair/renew", { method: "POST" }).catch(() => null))?.ok ?? false;
  /** The server hung up: either this page may see its channel no more, or another page took the device over. */
  const askWhy = async () => {
    const answer = await fetch(`/api/v1/views/${channel}`).catch(() => null);
    if (answer?.status === 401 && (await renewed())) socket.connect();
    else if (answer?.status === 401 || answer?.status === 403) tell("refused", { code: "signed_out", text: null });
    else if (answer?.ok) tell("replaced");
    else cut();
    if (!answer) socket.connect();
  };
  const socket = io({
    transports: ["websocket"],
    auth: { protocol, channel, device },
    reconnectionDelay: 250,
    reconnectionDelayMax: 1000,
    randomizationFactor: 0.5,
    timeout: 4000,
  });
  socket.io.on("ping", () => {
    heard = Date.now();
  });
  socket.on("view", (view) => {
    heard = Date.now();
    offset = new Date(view.now).getTime() - Date.now();
    clearTimeout(staleTimer);
    tell("up");
    onView(view);
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") askWhy();
    else if (link.state === "up") cut();
  });
  socket.on("connect_error", (error) => {
    if (error.data?.code === "renew") askWhy();
    else if (error.data?.code) tell("refused", { text: error.message, code: error.data.code });
    else if (link.state === "up") cut();
  });
  cut();

  /** Submits until answered; the same id every time, so it takes effect once. Resolves to the answer. */
  async function submit(name, data, id = commandId()) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await socket.timeout(4000).emitWithAck("command", { id, name, data, language });
      } catch {
        if (link.state === "replaced" || link.state === "refused") return { ok: false, code: "no_link", text: null };
        await new Promise((done) => setTimeout(done, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
      }
    }
  }
  /** Says how the device is (`status`); whether it went out: what could not go is news of yesterday and is not sent later. */
  function report(status) {
    if (!socket.connected) return false;
    socket.emit("status", status);
    return true;
  }
  const takeOver = () => socket.connect();
  const close = () => socket.disconnect();
  return { submit, report, takeOver, close, offset: () => offset, now: () => new Date(Date.now() + offset) };
}
