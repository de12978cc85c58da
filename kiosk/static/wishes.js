/** What a visitor does on the page: where to go, what to choose, which command to give. Changes the session, then `draw` is called. */
import { commandId } from "/static/command_id.js";
import { LENGTH, reader } from "./code.js";
import { submit } from "./local.js";
import { fresh, placeOf } from "./session.js";

/** Services on one number, as TakeTicket takes them. */
export const MOST_SERVICES = 6;

const UNANSWERED = ["no_answer", "no_link"];
const CODE = /^(?:RINDA:)?(\d{6})$/i;

/**
 * `state()` is the program's state, `ready()` whether the program can be reached, `draw()` draws anew, `onLeave()` is called when
 * a visitor's session ends. Returned are the present `session` and everything that a control on a screen may do.
 */
export function wishes({ state, ready, draw, onLeave }) {
  const my = { session: fresh(), touchedAt: Date.now() };
  const read = reader();

  /** The slip of a visitor who goes must not come out for the next one: while it waits for the printer it is given up. */
  function giveUpSlip() {
    const visit = my.session.ticket?.visit;
    if (visit && state()?.jobs[visit] === "queued") submit(commandId(), "SlipWithdraw", { visit }, my.session.language);
  }

  function leave() {
    giveUpSlip();
    my.session = fresh();
    my.touchedAt = Date.now();
    onLeave();
    draw();
  }

  /** Where "Back" leads from the next screen. */
  function remember() {
    if (!["refused", "ticket"].includes(my.session.screen)) my.session.trail.push(placeOf(my.session));
  }

  function change(values) {
    Object.assign(my.session, values);
    draw();
  }

  function go(screen, choice = {}) {
    remember();
    change({ screen, institution: null, group: null, situation: null, service: null, page: 0, query: "", picked: [], ...choice });
  }

  const back = () => change(my.session.trail.pop() ?? { screen: "start" });

  /** To the start, still the same visitor: what was chosen about the screen stays, and whoever wants another number is no other. */
  function home() {
    giveUpSlip();
    change({ screen: "start", trail: [], ticket: null, refusal: null, said: null, basket: [], picked: [], called: null });
  }

  /** One number for these services and for those that were collected before. */
  function take(services) {
    const [service, ...more] = [...new Set([...my.session.basket, ...services])].slice(0, MOST_SERVICES);
    const { language, needs } = my.session;
    return issue(services.join(), "TakeTicket", { service, more, language, needs });
  }

  const checkIn = (code) => issue(code, "CheckIn", { code });

  /** One number for one wish; the id stays with the wish until there is an answer, so two presses give one number. */
  async function issue(wish, name, data) {
    const mine = my.session;
    if (mine.pending || !ready()) return;
    mine.pending = wish;
    mine.ids[wish] ??= commandId();
    draw();
    const answer = await submit(mine.ids[wish], name, data, mine.language);
    if (!UNANSWERED.includes(answer.code)) delete mine.ids[wish];
    mine.pending = null;
    if (my.session !== mine) return;
    remember();
    if (answer.ok) {
      const ticket = { linked: [], promise: null, due: null, ...answer.result };
      Object.assign(mine, { screen: "ticket", ticket, code: "", issued: Date.now(), asked: false, said: null, basket: [], needs: [] });
    } else {
      const again = () => issue(wish, name, data);
      Object.assign(mine, { screen: "refused", code: "", refusal: { ...answer, ofAppointment: name === "CheckIn", again } });
    }
    my.touchedAt = Date.now();
    draw();
  }

  /** The visitor's word about an unconfirmed slip; an answer that does not arrive leaves the number valid and asks no more. */
  async function answer(said) {
    const mine = my.session;
    const { visit } = mine.ticket;
    change({ said, saidAt: Date.now() });
    const reply = await submit(commandId(), "SlipAnswer", { visit, printed: said === "yes" }, mine.language);
    if (!reply.ok && mine.said === said && mine.ticket?.visit === visit) mine.said = "silent";
    draw();
  }

  async function callHelp() {
    const mine = my.session;
    if (mine.called === "sent") return;
    change({ called: "sent" });
    const reply = await submit(commandId(), "CallHelp", {}, mine.language);
    mine.called = reply.ok ? null : "failed";
    draw();
  }

  /** Where a number is on the screen, "Back" leads to it again. */
  function goHelp() {
    const { screen, trail } = my.session;
    if (screen === "help") return;
    if (screen === "ticket") trail.push({ screen });
    go("help");
  }

  /** Somebody comes and writes the number down. */
  function writeDown() {
    goHelp();
    callHelp();
  }

  /** The slip of the visitors' network, once for each visitor. */
  async function printWifi() {
    const mine = my.session;
    if (mine.wifi && mine.wifi !== "failed") return;
    change({ wifi: "sent" });
    const reply = await submit(commandId(), "PrintPaper", {}, mine.language);
    mine.wifi = reply.ok ? "printed" : "failed";
    draw();
  }

  const without = (list, one) => list.filter((other) => other !== one);
  const turned = (list, one) => (list.includes(one) ? without(list, one) : [...list, one]);

  const write = (digit) => change({ code: (my.session.code + digit).slice(0, LENGTH), misread: false });
  const wipe = () => change({ code: my.session.code.slice(0, -1), misread: false });

  /** A code that a reader read, on whatever screen; nothing while a number is on its way or on the screen. */
  function scanned(text) {
    if (["ticket"].includes(my.session.screen) || my.session.pending || !state()?.menu?.booking) return;
    const code = CODE.exec(text)?.[1];
    if (my.session.screen !== "code") go("code");
    change({ code: code ?? "", misread: !code });
    if (code) checkIn(code);
  }

  /** Keys that a reader or a keyboard types on the start and the check-in screen; true when Enter was meant for the code. */
  function typedCode({ key, ctrlKey, altKey, metaKey, target }) {
    const { screen } = my.session;
    if (!["start", "code"].includes(screen) || !state()?.menu?.booking || ctrlKey || altKey || metaKey) return false;
    const here = screen === "code";
    if (key.length === 1) {
      read.typed(key, Date.now());
      if (here && /\d/.test(key)) write(key);
      return false;
    }
    if (here && key === "Backspace") wipe();
    if (["Tab", "Backspace"].includes(key)) read.entered(Date.now());
    if (key !== "Enter") return false;
    const found = read.entered(Date.now());
    const whole = here && my.session.code.length === LENGTH && (found || !target.closest("button"));
    const code = found?.code ?? (whole && !found?.misread ? my.session.code : null);
    if (!code && !found?.misread) return false;
    if (!here) go("code");
    change({ code: code ?? "", misread: !code });
    if (code) checkIn(code);
    return true;
  }

  return Object.assign(my, {
    leave, go, back, home, take, checkIn, answer, goHelp, callHelp, writeDown, printWifi, write, wipe, scanned, typedCode,
    again: home,
    turn: (page) => change({ page }),
    type: (query) => change({ query: query.slice(0, 60) }),
    toggle: (mode) => change({ [mode]: !my.session[mode] }),
    speak: (language) => change({ language }),
    pick: (service) => change({ picked: turned(my.session.picked, service).slice(0, MOST_SERVICES - my.session.basket.length) }),
    need: (need) => change({ needs: turned(my.session.needs, need) }),
    add: (service) => change({ basket: [...without(my.session.basket, service), service], screen: "start", trail: [], service: null }),
    drop: () => change({ basket: [] }),
  });
}
