/** What is said of the screen: the names of controls and the text between them, as an assistive technology would have them. */
import { t, tn } from "/static/page.js";

const CONTROLS = "button, input:not([type=hidden]), textarea, select, a[href], [tabindex]:not([tabindex='-1'])";
const DIALOG = "[role=alertdialog], [role=dialog], [aria-modal=true], dialog[open]";
const LETTERS = ".key";
/** Words for the eye that lead nowhere by ear. */
const FOR_THE_EYE = ".start .lead > p, .label, .count, .visually-hidden[role=status], [role=status]";

const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert]");

/** The question over everything, if there is one. */
export const dialogIn = (app) => [...app.querySelectorAll(DIALOG)].find(seen) ?? null;

/** The controls that can be reached now, in reading order: those of the question if there is one. */
export const controlsIn = (app) =>
  [...(dialogIn(app) ?? app).querySelectorAll(CONTROLS)].filter((one) => seen(one) && !one.disabled);

export const isField = (element) => Boolean(element?.matches?.("input:not([type=button]), textarea"));

/** Runs of text under `node` with their language, as `{text, language, own}`; without what `leave(node)` leaves out. */
function* runs(node, language, leave) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data) yield { text: node.data, language, own: node };
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE || leave(node)) return;
  const mine = node.lang || language;
  const label = node.localName === "img" ? node.alt : node.role === "img" ? node.getAttribute("aria-label") : null;
  if (label !== null) {
    if (label.trim()) yield { text: label, language: mine, own: node };
    return;
  }
  for (const child of node.childNodes) yield* runs(child, mine, leave);
}

const INLINE = ["STRONG", "EM", "B", "MARK", "SMALL"];
const blockOf = (own) => {
  let block = own.nodeType === Node.TEXT_NODE ? own.parentElement : own;
  while (block && INLINE.includes(block.tagName)) block = block.parentElement;
  return block;
};

/** One phrase of the runs in `language`, or of all where there is none in it: parts of different blocks are set apart. */
function phrase(all, language, apart) {
  const own = all.filter((run) => run.language === language);
  const heard = own.some((run) => run.text.trim());
  const used = heard ? own : all;
  let text = "";
  let before = null;
  for (const run of used) {
    const block = blockOf(run.own);
    const piece = run.text.replace(/\s+/g, " ");
    if (piece === " " && block !== before) continue;
    if (!text) text = piece.trimStart();
    else if (block === before || /^\s*[,.;:!?]/.test(piece)) text += piece;
    else text = text.trimEnd() + (/[.!?,;:…]$/.test(text.trimEnd()) ? " " : apart) + piece.trimStart();
    before = block;
  }
  return { text: text.trim(), language: heard ? language : (used.find((run) => run.text.trim())?.language ?? language) };
}

const hidden = (node) => node.getAttribute("aria-hidden") === "true" || node.localName === "svg" || !seen(node);

/** The accessible name of a control as `{text, language}`. */
export function nameOf(element, language) {
  const labels = isField(element) ? [...(element.labels ?? [])] : [];
  const label = element.getAttribute("aria-label");
  if (label) return { text: label, language: element.lang || language };
  const from = labels.length ? labels : [element];
  const heard = from.flatMap((one) => [...runs(one, one.closest("[lang]")?.lang || language, hidden)]);
  return phrase(heard, language, ", ");
}

const groupOf = (element, app) =>
  element.closest(DIALOG) ?? element.closest("main") ?? element.closest("nav, section, footer, header") ?? app;

const isLetter = (element) => element.matches(LETTERS);
const choicesIn = (group, app) => controlsIn(app).filter((one) => groupOf(one, app) === group && !isLetter(one) && !isField(one));

const ended = (text) => (/[.!?…:]$/.test(text) ? text : `${text}.`);

function stateOf(element, language) {
  const words = [];
  if (element.getAttribute("aria-pressed") === "true") words.push("switched on");
  if (element.getAttribute("aria-pressed") === "false") words.push("switched off");
  if (element.getAttribute("aria-disabled") === "true") words.push("cannot be chosen now");
  return words.map((word) => t(word, {}, language));
}

/**
 * What is said of the control that has the focus: name, role, state, place and what OK does; of a letter of the screen's keys the
 * letter alone. `before` is the control where the focus was: on entering another part of the screen its name comes first. A control
 * in a language of its own, the one that changes the language, is told wholly in that one.
 */
export function describe(element, { app, language, before = null }) {
  const name = nameOf(element, language);
  if (isLetter(element)) return [{ ...name, text: ended(name.text) }];
  const group = groupOf(element, app);
  const entered = before?.isConnected && groupOf(before, app) !== group && group.getAttribute("aria-label");
  const pieces = entered ? [{ text: ended(entered), language }] : [];
  pieces.push({ ...name, text: ended(name.text) });
  if (isField(element)) {
    const words = element.value ? `. ${t("Typed: {digits}", { digits: element.value })}` : `, ${t("empty")}`;
    return [...pieces, { text: ended(t("Text field") + words), language }, { text: t("The letters are below."), language }];
  }
  const choices = choicesIn(group, app);
  const own = element.lang || language;
  const place = t("{place} of {count}", { place: choices.indexOf(element) + 1, count: choices.length }, own);
  pieces.push({ text: ended([t("Button", {}, own), ...stateOf(element, own), place].join(", ")), language: own });
  if (element.getAttribute("aria-disabled") !== "true")
    pieces.push({ text: t("To choose it, press the round key.", {}, own), language: own });
  return pieces;
}

/** Everything that stands between the controls of `part`: notices, sentences, the number and what belongs to it. */
function textOf(part, language, eye = FOR_THE_EYE) {
  const leave = (node) => hidden(node) || node.matches(`${CONTROLS}, label, h1, ${DIALOG}`) || (eye && node.matches(eye));
  const heard = [...runs(part, part.closest("[lang]")?.lang || language, leave)];
  return ended(phrase(heard, language, ". ").text || ".");
}

/** A new screen: its title, its news, its text, and how many choices there are. */
export function describeScreen(app, { language, news }) {
  const title = app.querySelector("h1");
  const main = app.querySelector("main") ?? app;
  const head = title ? nameOf(title, language) : { text: "", language };
  const text = textOf(main, language).replace(/^\.$/, "");
  const said = news.replace(head.text, "").replace(/(?:\s|[.?!…])+$/, "").trim();
  const count = choicesIn(main, app).length;
  return [
    { ...head, text: head.text && ended(head.text) },
    { text: said && !text.includes(said) ? ended(said) : "", language, news: true },
    { text, language },
    { text: count ? ended(tn("{n} choice", "{n} choices", count)) : "", language },
  ].filter((piece) => piece.text);
}

/** The question over everything, with its seconds, which are hidden from a screen reader because they change. */
export function describeDialog(dialog, language) {
  const leave = (node) => node.localName === "svg" || node.matches(CONTROLS);
  return [{ text: ended(phrase([...runs(dialog, language, leave)], language, ". ").text), language }];
}
