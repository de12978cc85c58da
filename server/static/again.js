/** For screens that nobody touches: once imported, loads the page anew every 30 s, as soon as the server answers at all. */
setInterval(() => {
  fetch(location.href, { method: "HEAD" }).then(
    () => location.reload(),
    () => {},
  );
}, 30_000);
