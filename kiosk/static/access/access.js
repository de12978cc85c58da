/** Access to the kiosk without sight or touch: keys, speech and the guard, over whatever controls are on the screen. */
import { t } from "/static/page.js";
import { announcer } from "./announce.js";
import { caption, curtain } from "./cover.js";
import { guard } from "./guard.js";
import { headphones } from "./headphones.js";
import { meaning, moveCaret, target } from "./keys.js";
import { controlsIn, dialogIn, isField } from "./spoken.js";
import { speaker } from "./speech.js";

const HOLD_MS = 2_000;
const MACHINE_MS = 60;
const ARROWS = ["up", "down", "left", "right"];

/**
 * `app` is the element that the page draws into. `language()`, `screen()` (a key that changes with the screen) and `say()` (the
 * sentence of role=status) are what is true now; `press` are the ways `home`, `back`, `help` and `stay` ("more time"), and `hold`
 * where the question's time can begin anew. `touched()` is called for whatever keeps the visitor's time running; `onSpeech(on)`
 * when speech begins or ends.
 *
 * The page calls `redrawn(isNew)` after each drawing, `reset()` for the next visitor, `input({kind, value})` for what the program
 * hears from keypad and headphones. It must attach before it listens to keys itself: what the guard ignores must not reach it.
 */
export function attach({ app, language, screen, say, press, touched, onSpeech }) {
  const root = document.documentElement;
  const ignored = guard(window);
  const strip = caption(app);
  const cover = curtain();
  let on = false;
  let unwanted = false;
  let held = null;
  let typedAt = -Infinity;
  const voice = speaker({
    onEnd: () => dialogIn(app) || touched(),
    onSilent: () => strip.silent(t("This screen has no sound now. What would be said is written here.")),
  });
  const tell = (pieces, how) => {
    strip.show(pieces.map((piece) => piece.text).join(" "));
    voice.say(pieces, how);
  };
  const words = (text) => [{ text, language: language() }];
  const news = announcer({ app, language, screen, say, tell });

  function turn(wanted) {
    if (on === wanted) return;
    on = wanted;
    root.dataset.speech = on;
    if (on) news.begin(words(t("Sound is on. Move with the arrows, choose with the round key.")));
    else {
      voice.stop();
      news.end();
      strip.hide();
      cover.lift();
    }
    onSpeech(on);
    if (on) news.look();
  }

  /** Whether nothing lies over a control but the curtain: neither a question nor the shield of a new screen. */
  function free(control) {
    const { left, top, width, height } = control.getBoundingClientRect();
    const over = document.elementsFromPoint(left + width / 2, top + height / 2).find((one) => !cover.is(one));
    return !over || control.contains(over);
  }

  function choose() {
    const control = document.activeElement;
    if (isField(control) || !controlsIn(app).includes(control)) return on && news.again();
    if (!free(control)) return null;
    news.pressed();
    control.click();
    return news.look();
  }

  function move(direction) {
    const to = target(app, direction, on);
    if (to && to === document.activeElement) {
      const passed = moveCaret(to, direction);
      if (on) tell(words(passed));
    } else if (to) {
      to.focus({ preventScroll: true, focusVisible: true });
      news.look();
    } else if (on) {
      tell(words(["up", "left"].includes(direction) ? t("Beginning of the list.") : t("End of the list.")));
    }
  }

  function back(question) {
    news.pressed();
    (question ? press.stay : press.back)();
    news.look();
  }

  function darken() {
    const dark = cover.toggle();
    tell(words(dark ? t("The screen is dark. Touch it to see it again.") : t("The screen can be seen again.")));
  }

  function louder() {
    const { step, of } = voice.louder();
    tell(words(t("Volume: step {place} of {count}.", { place: step, count: of })));
  }

  /** Does what a key means. The first key of all only starts the speech, unless it presses what has the focus already. */
  function act(value) {
    root.dataset.keypad = "true";
    const aimed = value === "ok" && controlsIn(app).includes(document.activeElement);
    if (!on && !unwanted) {
      turn(true);
      if (!aimed) return;
    }
    const question = dialogIn(app);
    if (question && ARROWS.includes(value)) press.hold?.();
    if (ARROWS.includes(value)) move(value);
    else if (value === "ok") choose();
    else if (value === "back") back(question);
    else if (value === "help") press.help?.();
    else if (value === "curtain" && on) darken();
    else if (value === "volume" && on) louder();
    else if (value === "repeat" && on) news.again();
  }

  /** A key of a keyboard. OK presses when it is let go; held for two seconds it draws the curtain instead. */
  function keyed(event) {
    const machine = event.timeStamp - typedAt < MACHINE_MS;
    if (event.key.length === 1) typedAt = event.timeStamp;
    const value = meaning(event);
    if (!value || event.defaultPrevented || (machine && value === "ok")) return;
    event.preventDefault();
    if (value !== "ok") return act(value);
    clearTimeout(held?.timer);
    const mine = { control: document.activeElement, key: event.key };
    mine.timer = setTimeout(() => {
      held = null;
      if (on) act("curtain");
    }, HOLD_MS);
    held = mine;
  }

  function released(event) {
    if (held?.key !== event.key) return;
    const { control, timer } = held;
    clearTimeout(timer);
    held = null;
    event.preventDefault();
    if (control === document.activeElement) act("ok");
  }

  /** While a question is asked the keys answer it, before the page takes any key for an answer. */
  function answering(event) {
    const value = meaning(event);
    if (!value || !dialogIn(app)) return;
    keyed(event);
    event.stopImmediatePropagation();
  }

  addEventListener("keydown", answering, true);
  addEventListener("keydown", keyed);
  addEventListener("keyup", released);
  addEventListener("blur", () => {
    clearTimeout(held?.timer);
    held = null;
  });
  addEventListener("pointerdown", () => (root.dataset.keypad = "false"), true);
  app.addEventListener("focusin", () => on && news.look());
  headphones((plugged) => {
    unwanted = false;
    turn(plugged);
  });

  return {
    redrawn(isNew) {
      if (on) news.look(isNew);
    },
    reset() {
      unwanted = false;
      turn(false);
      voice.anew();
      root.dataset.keypad = "false";
    },
    input({ kind, value }) {
      if (kind === "headphones") {
        unwanted = false;
        turn(value === "in");
      } else if (kind === "key") {
        if (!dialogIn(app)) touched();
        act(value);
      }
    },
    toggleSpeech() {
      unwanted = on;
      turn(!on);
    },
    /** Speaks the screen again, for "read the number". */
    again() {
      turn(true);
      news.again();
    },
    get speech() {
      return on;
    },
    get ignored() {
      return { ...ignored };
    },
  };
}
