/** The screen of a room or client computer: whose time runs until when, by its own clock also without the server. */
import { html, nothing } from "/static/vendor/lit/lit-html.js";
import { boot, clock, deviceName, draw, icon, mark, pick, t, tn } from "/static/page.js";
import { connect } from "/static/link.js";

const STEP_MS = 250;

let data = null;
let link = { state: "down", since: Date.now() };

const server = connect({
  channel: boot.channel,
  device: deviceName(boot.device),
  protocol: boot.protocol,
  onView(view) {
    data = view.data;
    render();
  },
  onLink(state) {
    link = state;
    if (link.state === "refused") import("/static/again.js");
    render();
  },
});

/** What the screen says now: the server's word, gone on by the clock where its time has run out meanwhile. */
function stage(now) {
  if (!data) return { state: "loading" };
  const left = data.until ? new Date(data.until) - now : 0;
  if (data.state === "used" && left <= 0) return { state: "wipe", over: true };
  if (data.state === "used") return { state: left <= data.warn_s * 1000 ? "ending" : "used", left };
  if (data.state === "free" && data.booked && new Date(data.booked) - now <= data.warn_s * 1000) return { state: "kept" };
  return { state: data.state, over: data.over };
}

function ring(left, whole) {
  const share = Math.max(0, Math.min(1, left / whole));
  return html`<svg class="ring" viewBox="0 0 120 120" aria-hidden="true">
    <circle class="ring-whole" cx="60" cy="60" r="52" pathLength="100"></circle>
    <circle class="ring-left" cx="60" cy="60" r="52" pathLength="100" stroke-dasharray="${share * 100} 100"></circle>
  </svg>`;
}

const SIGNS = { free: "circle-check", kept: "calendar", used: "clock", ending: "alert-triangle", wipe: "logout", loading: "clock" };

function words(at) {
  const computer = data?.kind === "computer";
  switch (at.state) {
    case "free":
      return [t("Free"), data.booked ? t("Booked from {time}.", { time: clock(data.booked, boot.timezone) }) : t("Ask a member of staff to start your time.")];
    case "kept":
      return [t("Booked from {time}", { time: clock(data.booked, boot.timezone) }), t("It is being got ready for whoever has booked.")];
    case "used":
      return [t("Yours until {time}", { time: clock(data.until, boot.timezone) }), data.helped ? t("A helper is beside you.") : t("Need help? Ask a member of staff.")];
    case "ending": {
      const minutes = Math.max(1, Math.ceil(at.left / 60000));
      return [tn("{n} minute left", "{n} minutes left", minutes), t("You can have more time: ask at the desk.")];
    }
    case "wipe":
      return computer
        ? [t("Please sign out and take your papers"), t("Close the e-services, sign out of your bank and take your documents and ID card.")]
        : [t("Please take your papers with you"), t("A member of staff will get the place ready for the next one.")];
    default:
      return [t("Please wait"), ""];
  }
}

function render() {
  const now = server.now().getTime();
  const at = stage(now);
  const [title, line] = words(at);
  const whole = data?.until && data?.since ? new Date(data.until) - new Date(data.since) : 1;
  draw(html`<div class="room" data-state=${at.state}>
    <header>${mark()}<p class="place">${pick(data?.name ?? boot.name)}</p><p class="time">${clock(now, boot.timezone)}</p></header>
    <main>
      ${at.left ? html`<div class="around">${ring(at.left, whole)}<p class="left" aria-hidden="true">${digits(at.left)}</p></div>` : html`<p class="sign">${icon(SIGNS[at.state])}</p>`}
      <div class="words" role="status"><h1>${title}</h1>${line ? html`<p>${line}</p>` : nothing}</div>
    </main>
    <footer>
      ${data?.waiting.length ? html`<p>${icon("users")} ${t("Waiting for this place: {numbers}", { numbers: data.waiting.join(", ") })}</p>` : nothing}
      ${link.state === "down" || link.state === "stale" ? html`<p class="stale">${icon("alert-triangle")} ${t("No connection since {time}. The time goes on.", { time: clock(link.since + server.offset(), boot.timezone) })}</p>` : nothing}
    </footer>
  </div>`);
}

const digits = (left) => {
  const minutes = Math.ceil(left / 60000);
  return minutes > 5 ? t("{n} min", { n: minutes }) : `${Math.floor(left / 60000)}:${String(Math.floor(left / 1000) % 60).padStart(2, "0")}`;
};

setInterval(render, STEP_MS);
