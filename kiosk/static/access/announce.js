/** What is new on the screen for the ear: compares what is true with what was told, and tells the difference once. */
import { t } from "/static/page.js";
import { controlsIn, describe, describeDialog, describeScreen, dialogIn, isField } from "./spoken.js";

const nothing = () => ({ place: null, dialog: null, news: "", focus: null, words: "", busy: false });
const wordsOf = (pieces) => pieces.map((piece) => piece.text).join(" ");

/**
 * `begin(pieces)` tells these first and then everything; `look()` tells what changed since; `pressed()` says that the visitor
 * pressed a key and is to hear something in any case; `again()` repeats, as it is by now; `end()` forgets. `tell(pieces, {after})` speaks.
 */
export function announcer({ app, language, screen, say, tell }) {
  let told = nothing();
  let first = null;
  let last = [];
  let whole = false;
  let due = false;
  let awaited = false;
  let active = false;

  const speak = (pieces, how) => {
    if (!pieces.length) return;
    last = how?.after ? [...last.filter((piece) => !piece.news), ...pieces] : pieces;
    tell(pieces, how);
  };

  function now() {
    const focus = controlsIn(app).find((one) => one === document.activeElement) ?? null;
    return {
      place: `${screen()} ${language()}`,
      dialog: dialogIn(app),
      news: say() ?? "",
      focus,
      words: focus ? wordsOf(describe(focus, { app, language: language() })) : "",
      busy: Boolean(app.querySelector("[aria-busy=true]")),
    };
  }

  const focused = (is) =>
    is.focus ? describe(is.focus, { app, language: language(), before: told.focus }).map((one) => ({ ...one, focus: is.focus })) : [];

  /** Where a press changed nothing: how things stand. */
  function unmoved(is) {
    if (is.news) return [{ text: is.news, language: language(), news: true }];
    return is.focus ? focused(is) : describeScreen(app, { language: language(), news: "" });
  }

  const wholeOf = (is) => [...describeScreen(app, { language: language(), news: is.news }), ...focused(is)];

  /** The difference between what was told and what `is`, as pieces, whether they may wait for what is being said, and whether they are the whole. */
  function difference(is) {
    if (is.dialog && is.dialog !== told.dialog) return [[...describeDialog(is.dialog, language()), ...focused(is)]];
    if (is.place !== told.place) return [wholeOf(is), false, true];
    if (told.dialog && !is.dialog) return [[{ text: t("You can go on."), language: language() }, ...focused(is)]];
    if (is.busy && !told.busy) return [[{ text: t("Please wait"), language: language() }]];
    const news = is.news && is.news !== told.news ? [{ text: is.news, language: language(), news: true }] : [];
    const moved = is.focus !== told.focus || (awaited && is.words !== told.words);
    if (moved && is.focus) return [[...news, ...focused(is)]];
    if (awaited && !news.length) return [unmoved(is)];
    return [news, !awaited];
  }

  /** What was told last, as it is by now: the whole screen, or the words and the control that had the focus. */
  function repeated() {
    const is = now();
    if (whole && !is.dialog) return wholeOf(is);
    const same = last.some((piece) => piece.focus && piece.focus === is.focus);
    return same ? [...last.filter((piece) => !piece.focus), ...focused(is)] : last;
  }

  /** On a new screen one begins at its title, unless there is a field to type in. */
  function fromTheTop(is) {
    const title = app.querySelector("h1");
    if (is.place === told.place || !told.place || is.dialog || isField(is.focus) || !title) return is;
    title.focus({ preventScroll: true });
    return now();
  }

  function flush() {
    due = false;
    if (!active) return;
    const is = fromTheTop(now());
    const [pieces, after = false, all = false] = difference(is);
    if (pieces.length) whole = all || (after && whole);
    if (pieces.length) awaited = false;
    told = is;
    speak([...(first ?? []), ...pieces], { after });
    first = null;
  }

  const look = () => {
    if (!due) queueMicrotask(flush);
    due = true;
  };

  return {
    begin(pieces) {
      told = nothing();
      first = pieces;
      active = true;
    },
    look,
    pressed() {
      awaited = true;
    },
    again: () => tell(repeated()),
    end() {
      told = nothing();
      last = [];
      active = false;
    },
  };
}
