/**
 * One channel over the websocket, listening only: the few frames of docs/protocol.md that this takes, for the client library
 * alone is larger than the whole page of a phone may be.
 */
const PROTOCOL = 1;
const SILENCE_MS = 7500;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];

/** Calls `onView(view)` with each whole view and `onCut()` when the link is lost; comes back by itself. `up()`: it is there. */
export function follow(channel, onView, onCut) {
  let socket = null;
  let heard = null;
  let up = false;
  let closed = false;
  let tries = 0;

  function open() {
    socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
    socket.onmessage = ({ data }) => hear(data);
    socket.onclose = () => {
      clearTimeout(heard);
      if (closed) return;
      if (up) onCut();
      up = false;
      const rest = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)];
      tries += 1;
      setTimeout(open, rest * (0.5 + Math.random()));
    };
    listen();
  }

  /** Nobody waits for a dead connection to end in good order. */
  function lost() {
    const { onclose } = socket;
    socket.onmessage = socket.onclose = null;
    socket.close();
    onclose();
  }

  /** The server speaks every 5 s; one that is silent for long is not there any more. */
  function listen() {
    clearTimeout(heard);
    heard = setTimeout(lost, SILENCE_MS);
  }

  function hear(text) {
    listen();
    if (text === "2") return socket.send("3");
    if (text.startsWith("0")) return socket.send(`40${JSON.stringify({ protocol: PROTOCOL, channel, device: "phone" })}`);
    if (text.startsWith("44")) return socket.close();
    if (!text.startsWith("42")) return;
    const [name, view] = JSON.parse(text.slice(2));
    if (name !== "view") return;
    [up, tries] = [true, 0];
    onView(view);
  }

  open();
  return {
    up: () => up,
    close: () => {
      closed = true;
      socket.close();
    },
  };
}
