/** Tests of this screen's sound: played as calls are, and the server told once what became of each. */

/**
 * `take(tests, screen)` begins those of the view that are this screen's and new, and answers the ids of all of them;
 * `told({id, test}, result)` says what became of one. `sound` is the speaker: where it is off or blocked nothing is played.
 */
export function tests({ server, sound, zone }) {
  const known = new Set();
  const done = new Set();

  async function told({ test }, result) {
    if (done.has(test)) return;
    done.add(test);
    const answer = await server.submit("ReportSound", { test, zone, result });
    if (answer.code === "too_fast") done.delete(test);
  }

  function begin(one) {
    const state = sound.state();
    if (state === "") return;
    if (state !== "on") told(one, state);
    else if (!known.has(one.test)) {
      known.add(one.test);
      sound.announce({ id: one.test, visit: one.test, test: one.test, said: one.said });
    }
  }

  return {
    told,
    take(tests, screen) {
      const mine = tests.filter((one) => !one.screen || one.screen === screen);
      for (const one of mine) if (!done.has(one.test)) begin(one);
      return mine.map((one) => one.test);
    },
  };
}
