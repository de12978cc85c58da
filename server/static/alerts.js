/** What staff must see to at kiosks, panels and boards, in words: what is wrong, and what to do about it. */
import { boot, clock, pick, t, tn } from "./page.js";

/** `kiosk-1` and `video-1` are "1" to people. */
export const kioskName = (code) => code.replace(/^kiosk[-_]?(?=.)/i, "");
const boothName = (code) => code.replace(/^(video|booth)[-_]?(?=.)/i, "");

/** What is to be done in a booth, by its state. */
const IN_BOOTH = {
  free: () => t("Test the line and show the visitor in."),
  prepared: () => t("The visitor has come: show them in."),
  ready: () => t("Somebody else is still there: ask them to come to an end."),
  busy: () => t("Somebody else is still there: ask them to come to an end."),
};

const switchOff = () => t("Switch the printer off and on again. If that does not help, tell the manager.");
const takeOut = () => t("Open the cover, take the torn paper out and close the cover.");

const FAULTS = {
  paper_out: [
    () => t("the paper is out"),
    () => t("Put in a new roll. Until then visitors get their number on the screen."),
  ],
  cover: [() => t("the cover is open"), () => t("Close the cover.")],
  cutter: [() => t("the cutter is stuck"), takeOut],
  jam: [() => t("the paper is jammed"), takeOut],
  overheat: [() => t("it is too hot"), () => t("Wait a few minutes: it goes on by itself.")],
  offline: [() => t("the printer is off line"), switchOff],
  away: [() => t("the printer does not answer"), () => t("Check the power and the cable of the printer.")],
  fault: [() => t("the printer reports a fault"), switchOff],
};

/** The fault that a word of a status names; every other word is about a connection that was lost. */
const fault = (word) => FAULTS[word] ?? FAULTS.away;

/** "Lielā zāle (hall-2)": where screens hang, and which of them are meant. */
const screenOf = (zone, screens) => (screens ? `${pick(zone)} (${screens})` : pick(zone));

const WORDS = {
  unshown: ({ number }) => [t("{number}: the call is not to be seen on the screen", { number }), t("Call aloud.")],
  board_off: ({ name, detail, since }) => [
    since
      ? t("{zone}: a screen has had no connection since {time}", { zone: screenOf(name, detail), time: clock(new Date(since), boot.timezone) })
      : t("{zone}: a screen has no connection", { zone: screenOf(name, detail) }),
    t("Call people yourself until it is back. Check its power and network."),
  ],
  board_mute: ({ name, detail }) => [
    t("{zone}: a screen must not make a sound", { zone: screenOf(name, detail) }),
    t("Go to the screen and touch it once, or press any key there; it shows the calls meanwhile."),
  ],
  voice: () => [
    t("The voice cannot say every call"),
    t("Call aloud where it stays silent. `rinda voice check` tells what is missing."),
  ],
  plan: () => [t("The plan that was to start by itself did not start"), t("Open the page of the plan: it is kept there as a draft.")],
  doubled: ({ detail }) => [
    t("One token is used on two machines at once: {devices}", { devices: detail }),
    t("Revoke it on the page Devices, and pair each machine with a code of its own."),
  ],
  board_clock: ({ name, detail }) => [
    t("{zone}: the clock of a screen is wrong by {n} s", { zone: pick(name), n: Math.abs(Number(detail)) }),
    t("Set the time of that computer, or switch on that it keeps time by the network."),
  ],
  alarm: ({ counters, clerk }) =>
    clerk
      ? [t("{clerk} is going to counter {n}: a colleague asked for help", { clerk, n: counters[0] }), ""]
      : [t("Counter {n} asks for a colleague", { n: counters[0] }), t("Go there, or ask a colleague to go.")],
  help: ({ kiosk, clerk }) =>
    clerk
      ? [t("{clerk} is going to kiosk {kiosk}: a visitor asked for help", { clerk, kiosk }), ""]
      : [t("A visitor at kiosk {kiosk} asks for help", { kiosk }), t("Go there, or ask a colleague to go.")],
  booth: ({ booth, since, detail }) => [
    t("Video booth {booth} is not ready for the talk at {time}", { booth: boothName(booth), time: clock(new Date(since), boot.timezone) }),
    IN_BOOTH[detail](),
  ],
  room: ({ name, since, detail, number }) => {
    const room = pick(name);
    if (detail === "ending") return [t("{room}: the time ends at {time}", { room, time: clock(new Date(since), boot.timezone) }), t("Ask whether more time is needed.")];
    if (detail === "waiting") return [t("{room} is free, and {number} waits for it", { room, number }), t("Show them in.")];
    return [t("{room} must be signed out and cleared", { room }), t("Look that nothing of the last one is open or lies there, and confirm it.")];
  },
  printer: ({ kiosk, detail }) => {
    const [why, todo] = fault(detail);
    return [t("Kiosk {kiosk} does not print: {why}", { kiosk, why: why() }), todo()];
  },
  kiosk_off: ({ kiosk, since }) => [
    since
      ? t("Kiosk {kiosk} has had no connection since {time}", { kiosk, time: clock(new Date(since), boot.timezone) })
      : t("Kiosk {kiosk} has no connection", { kiosk }),
    t("While it is switched on it gives numbers of its own, which come here later. Check its power and network."),
  ],
  panel: ({ counters, detail }) => {
    const signs = { n: counters.join(", ") };
    if (detail === "silent") {
      const todo = t("Call people yourself until it shows numbers again. Check its power and cable.");
      return [t("The panel of counter {n} does not answer", signs), todo];
    }
    return [t("The panel of counter {n} cannot be reached", signs), t("Call people yourself, and tell the manager.")];
  },
  reserve: ({ kiosk, unsent }) => [
    unsent
      ? tn("Kiosk {kiosk}: {n} number is not in the system yet", "Kiosk {kiosk}: {n} numbers are not in the system yet", unsent, { kiosk })
      : t("Kiosk {kiosk} gives numbers of its own", { kiosk }),
    t("They enter the queue by themselves. If this stays for some minutes, tell the manager."),
  ],
  disk: () => [t("The server's disk is nearly full"), t("Make room, or tell whoever keeps the server: numbers cannot be given without it.")],
  clock: () => [t("The server's clock leapt"), t("Set its time right. Until then the day does not turn by itself.")],
  backup: ({ detail, since }) => [
    detail === "place" ? t("A place for backup copies is missing") : t("There has been no good backup copy since {time}", { time: clock(new Date(since), boot.timezone) }),
    t("See the page Keeping: it says what to do."),
  ],
  retention: () => [t("Old data could not be erased"), t("See the page Keeping: it says what to do.")],
  paper_low: ({ kiosk, slips }) => [
    slips === null
      ? t("Kiosk {kiosk}: the paper is running out", { kiosk })
      : tn("Kiosk {kiosk}: the paper is running out, about {n} slip more", "Kiosk {kiosk}: the paper is running out, about {n} slips more", slips, { kiosk }),
    t("Have a new roll ready."),
  ],
};

const LOOKS = {
  unshown: ["speakerphone", "trouble"],
  board_off: ["plug-connected-x", "trouble"],
  board_mute: ["volume-off", "attention"],
  voice: ["volume-off", "attention"],
  doubled: ["key", "trouble"],
  board_clock: ["clock", "info"],
  alarm: ["help-circle", "trouble"],
  help: ["help-circle", "attention"],
  booth: ["video", "attention"],
  room: ["device-desktop", "attention"],
  printer: ["printer-off", "trouble"],
  kiosk_off: ["plug-connected-x", "trouble"],
  panel: ["plug-connected-x", "trouble"],
  reserve: ["ticket", "attention"],
  disk: ["database", "trouble"],
  clock: ["clock", "trouble"],
  backup: ["device-floppy", "attention"],
  retention: ["trash", "attention"],
  plan: ["adjustments", "trouble"],
  paper_low: ["printer", "info"],
};

/** What an alert is about, as the server names it in the history. */
export const alertAbout = ({ kiosk, line, booth, room, zone, number, counters }) => kiosk || line || booth || room || zone || number || counters.join(",");

/** What tells an alert from the others of its kind. */
export const alertKey = (alert) => `${alert.kind} ${alertAbout(alert)}`;

const SHORT = {
  unshown: () => t("Call not seen on a screen"), alarm: () => t("Call for a colleague"), help: () => t("Call for help at a kiosk"),
  booth: () => t("Video booth not ready"), room: () => t("Room or computer"), board_off: () => t("Screen without connection"),
  printer: () => t("Printer does not print"), kiosk_off: () => t("Kiosk without connection"), panel: () => t("Panel silent"),
  board_mute: () => t("Screen without sound"), voice: () => t("Voice not complete"), reserve: () => t("Kiosk gave numbers of its own"),
  disk: () => t("Disk nearly full"), clock: () => t("Server clock wrong"), backup: () => t("Backup copy"), retention: () => t("Erasing old data"),
  doubled: () => t("One token on two machines"), board_clock: () => t("Screen clock wrong"), paper_low: () => t("Paper running out"), plan: () => t("Plan did not start"),
};

/** A kind of alert in a few words, for the history. */
export const short = (kind) => SHORT[kind]?.() ?? kind;

/** Icon, kind of notice, what is wrong, and what to do ("" where somebody does it already). */
export function told(alert) {
  const [title, todo] = WORDS[alert.kind]({ ...alert, kiosk: kioskName(alert.kiosk) });
  const [name, kind] = alert.clerk ? ["walk", "info"] : LOOKS[alert.kind];
  return { name, kind, title, todo };
}

/** Why the printer of a kiosk stands still, among the alerts: "the paper is out"; null where slips come out. */
export const printerFault = (alerts, code) => {
  const found = alerts.find(({ kind, kiosk }) => kind === "printer" && kiosk === code);
  return found ? fault(found.detail)[0]() : null;
};
