// A room's screen is told of by two ways, the stream and the answers to its questions, and must not go back in time: each
// says which version of the board it shows. And a new phase begins at its top.
(() => {
  let streamed = 0, turn;
  const own = new Set(), wanted = new Set();      // versions that one's own presses made; those to ask for
  const isRoom = element => element?.matches?.("#room, #ritual");
  const version = ctx => Number(ctx.response?.raw?.headers.get("Triage-Version"));
  const ask = element => htmx.trigger(document.body, element.id === "ritual" ? "turn" : "room");

  document.addEventListener("htmx:sse:after:message", ({ detail }) => {
    if (document.getElementById("ritual")) streamed = Math.max(streamed, detail.message.id || 0);
  });
  document.addEventListener("room", ({ detail }) => wanted.add(Number(detail?.id) || Infinity), true);

  // The answer to a vote or a note has brought what the stream would make this screen ask for.
  document.addEventListener("htmx:after:request", ({ target, detail: { ctx } }) => {
    if (target.matches?.("form") && version(ctx)) own.add(version(ctx));
  });
  document.addEventListener("htmx:before:request", event => {
    if (event.target.id !== "room") return;
    const isAnswered = wanted.size > 0 && [...wanted].every(each => own.has(each));
    wanted.clear();
    if (isAnswered) event.preventDefault();
  });

  document.addEventListener("htmx:before:swap", event => {
    const { ctx } = event.detail;
    if (!isRoom(event.target) || !(version(ctx) < streamed)) return;
    event.preventDefault();
    ask(event.target);
  });
  document.addEventListener("htmx:after:swap", ({ target }) => {
    const now = document.getElementById("ritual")?.dataset.turn;
    if (isRoom(target) && turn && now !== turn) {
      scrollTo(0, 0);
      document.getElementById("flash").replaceChildren();
    }
    turn = now;
  });

  // Asked while the server was away: once more.
  document.addEventListener("htmx:finally:request", ({ target, detail: { ctx } }) => {
    if (isRoom(target) && !(ctx.response?.status < 500)) setTimeout(() => target.isConnected && ask(target), 2000);
  });
})();
