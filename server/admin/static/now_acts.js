/** The acts of the page of the centre now, each as a sheet. What is possible says the view. */
import { boot, pick, t, tn } from "/static/page.js";
import { counterName, open, page, person } from "./now_page.js";
import { reason } from "./now_sheet.js";

const queueName = (code) => {
  const found = page.view.queues.find(({ queue }) => queue === code);
  return found ? `${found.letter} ${pick(found.name)}` : code;
};

/** Numbers for one queue, or with null for the whole centre. */
export function setQueue(queue, on) {
  const about = queue === null ? t("the whole centre") : queueName(queue.queue);
  const data = { queue: queue?.queue ?? null, open: on };
  open({
    key: "SetQueue",
    title: on ? t("Give numbers again: {about}", { about }) : t("Give no more numbers: {about}", { about }),
    lead: on ? null : t("Who waits keeps the place and is called. The kiosk says the reason."),
    fields: [reason()],
    button: on ? t("Open it") : t("Close it"),
    send: (values) => ["SetQueue", { ...data, reason: values.get("reason") }],
    done: on ? t("Numbers are given: {about}.", { about }) : t("No numbers are given: {about}.", { about }),
    undo: ["SetQueue", { ...data, open: !on, reason: t("Taken back.") }],
  });
}

export function release(one) {
  const about = counterName(one.counter);
  open({
    key: "ReleaseCounter",
    title: t("Close from outside: {about}", { about }),
    lead: one.number
      ? t("{number} goes back to the line and loses nothing. The clerk stays signed in and reads the reason.", { number: one.number })
      : t("The clerk stays signed in and reads the reason."),
    fields: [reason()],
    button: t("Close the counter"),
    grave: true,
    send: (values) => ["ReleaseCounter", { counter: one.counter, reason: values.get("reason") }],
    done: t("{about} is closed.", { about }),
  });
}

export function setProfile(one) {
  const about = counterName(one.counter);
  open({
    key: "SetProfile",
    title: t("What {about} serves", { about }),
    lead: t("Whoever is there stays. It holds from the next call on."),
    fields: [{ name: "profile", kind: "select", label: t("Serves"), value: one.profile, options: boot.profiles.map((each) => [each.code, pick(each.name)]) }],
    button: t("Set"),
    send: (values) => ["SetProfile", { counter: one.counter, profile: values.get("profile") }],
    done: t("{about} serves something else now.", { about }),
    undo: ["SetProfile", { counter: one.counter, profile: one.profile }],
  });
}

export function message(one) {
  const about = counterName(one.counter);
  open({
    key: "SendMessage",
    title: t("Message to {about}", { about }),
    fields: [{ name: "text", kind: "text", most: 200, label: t("Message") }],
    button: t("Send"),
    send: (values) => ["SendMessage", { counter: one.counter, to: "counter", text: values.get("text") }],
    done: t("Sent to {about}.", { about }),
  });
}

export function announce() {
  open({
    key: "Announce",
    title: t("A line on the screens"),
    lead: t("It stands at the foot of the screens until its time is over or you take it off."),
    fields: [
      { name: "text", kind: "text", most: 200, label: t("Line (in Latvian)") },
      { name: "minutes", kind: "number", least: 1, most: 720, value: 15, label: t("For how many minutes") },
      { name: "zones", kind: "checks", label: t("Where (none: everywhere)"), options: boot.zones.map((zone) => [zone.code, pick(zone.name)]) },
    ],
    button: t("Show"),
    send: (values) => ["Announce", { text: values.get("text"), minutes: Number(values.get("minutes")), zones: values.all("zones") }],
    done: t("The line is on the screens."),
  });
}

const KEEP = "";

function targets(visit) {
  const lines = page.view.queues.map((one) => [`queue ${one.queue}`, queueName(one.queue)]);
  const counters = page.view.counters.filter(({ clerk }) => clerk).map((one) => [`counter ${one.counter}`, counterName(one.counter)]);
  const clerks = [...new Set(page.view.counters.map(({ clerk }) => clerk).filter(Boolean))].map((one) => [`clerk ${one}`, person(one)]);
  return [[KEEP, t("where it waits now")], ...lines.filter(([value]) => value !== `queue ${visit.line}`), ...counters, ...clerks];
}

/** Where a visit waits, as the fields of MoveVisit. */
function placeOf({ line }) {
  const [kind, name] = line.includes(":") ? line.split(":") : ["queue", line];
  return { [kind]: name };
}

export function move(visit) {
  open({
    key: "MoveVisit",
    title: t("Move {number}", { number: visit.number }),
    lead: t("Whoever is overtaken waits longer: say why."),
    fields: [
      { name: "goal", kind: "select", label: t("Where to"), value: KEEP, options: targets(visit) },
      { name: "rank", kind: "select", label: t("As"), value: "first", options: [["first", t("the first")], ["arrival", t("by arrival")], ["last", t("the last")]] },
      reason(),
    ],
    button: t("Move"),
    send: (values) => {
      const [kind, code] = values.get("goal").split(" ");
      return ["MoveVisit", { visit: visit.visit, ...(kind ? { [kind]: code } : {}), rank: values.get("rank"), reason: values.get("reason") }];
    },
    done: t("{number} was moved.", { number: visit.number }),
    undo: visit.state === "parked" ? null : ["MoveVisit", { visit: visit.visit, ...placeOf(visit), rank: visit.first ? "first" : "arrival", reason: t("Taken back.") }],
  });
}

export function end(visit) {
  const number = visit.number || t("the contact without a number");
  open({
    key: "EndVisit",
    title: t("End {number}", { number }),
    lead: t("For a visit that was forgotten. It counts as served only if its record is whole."),
    fields: [reason()],
    button: t("End it"),
    grave: true,
    send: (values) => ["EndVisit", { visit: visit.visit, reason: values.get("reason") }],
    done: t("{number} was ended.", { number }),
  });
}

/** The services as the menu has them now are fetched when somebody wants a number. */
export async function take() {
  const answer = await fetch("/api/v1/views/menu").catch(() => null);
  const services = answer?.ok ? (await answer.json()).data.services : [];
  const printers = page.view.kiosks.filter(({ prints }) => prints);
  open({
    key: "TakeTicket",
    title: t("Give a number"),
    fields: [
      { name: "service", kind: "select", label: t("Service"), options: services.map((one) => [one.service, `${one.service} ${pick(one.name)}`]) },
      {
        name: "prints", kind: "select", label: t("Print at"),
        options: [...printers.map(({ kiosk }) => [kiosk, t("Kiosk {kiosk}", { kiosk })]), ["", t("nowhere: I write it down")]],
      },
    ],
    button: t("Give"),
    send: (values) => ["TakeTicket", { service: values.get("service"), prints: values.get("prints") || null }],
    done: ({ number }) => t("The number is {number}.", { number }),
  });
}

export function reprint(visit) {
  open({
    key: "PrintSlip",
    title: t("Print {number} again", { number: visit.number }),
    fields: [
      { name: "kiosk", kind: "select", label: t("Print at"), options: page.view.kiosks.filter(({ prints }) => prints).map(({ kiosk }) => [kiosk, t("Kiosk {kiosk}", { kiosk })]) },
    ],
    button: t("Print"),
    send: (values) => ["PrintSlip", { visit: visit.visit, kiosk: values.get("kiosk") }],
    done: t("{number} is being printed.", { number: visit.number }),
  });
}

/** Who is still there, as it is true while one reads it. */
function stillHere() {
  const { today, counters } = page.view;
  const still = today.waiting + today.serving;
  const who = still
    ? tn("{n} visit is still open and will be ended by the day; it does not count as served.", "{n} visits are still open and will be ended by the day; they do not count as served.", still)
    : t("Nobody waits and nobody is being served.");
  const open_ = counters.filter(({ clerk }) => clerk).length;
  return `${who} ${tn("{n} counter will be closed.", "{n} counters will be closed.", open_)} ${t("No more numbers are given today.")}`;
}

export function closeDay() {
  open({
    key: "CloseDay",
    title: t("Close the day"),
    lead: stillHere,
    fields: [],
    button: t("Close the day"),
    grave: true,
    send: () => ["CloseDay", { stops: true }],
    done: t("The day is closed."),
  });
}
