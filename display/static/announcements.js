/** Which announcement comes next: pure memory over calls, so that it can be tested without sound. */

/**
 * A line of announcements, times in seconds of one clock. `add(call)` puts one at its end, `keep(ids)` lets those fall out that
 * are no longer called, `next(now)` takes the one whose turn it is, or null; `again(call, at)` has it said once more from then.
 * First announcements go before second ones: nobody hears of their own call later because of another's repeat.
 */
export function announcements() {
  let first = [];
  let second = [];
  const of = (id) => (entry) => entry.call.id === id;
  const without = (visit) => (entry) => entry.call.visit !== visit;

  return {
    add(call) {
      if (first.some(of(call.id))) return;
      first = [...first.filter(without(call.visit)), { call, repeat: false }];
      second = second.filter(without(call.visit));
    },
    keep(ids) {
      first = first.filter((entry) => ids.has(entry.call.id));
      second = second.filter((entry) => ids.has(entry.call.id));
    },
    next(now) {
      const line = first.length ? first : second;
      if (!line.length || (line === second && line[0].due > now)) return null;
      return line.shift();
    },
    again(call, due) {
      second = [...second.filter(without(call.visit)), { call, due, repeat: true }];
    },
    clear() {
      first = [];
      second = [];
    },
  };
}
