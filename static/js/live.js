// Says whether the page is live, and mends what hx-sse leaves to others: a first connection that fails is tried again,
// an answer that will not change (401, 403, 404, 410) is not asked for again, and while there is no stream the board
// asks by itself.
(() => {
  const FINAL = { 401: "signed out", 403: "ended", 404: "ended", 410: "ended" };
  const WAITS = [1000, 2000, 5000, 5000, 10000];
  const WORDS = {
    live: "Live", reconnecting: "Reconnecting…", polling: "Not live: asking every 5 seconds",
    "signed out": "Signed out: reload to sign in", ended: "No longer live: reload the page",
  };
  let state = "", failures = 0, polling;

  function become(next) {
    state = document.documentElement.dataset.live = next;
    document.querySelectorAll("live-sign").forEach(sign => { sign.dataset.state = next; sign.textContent = WORDS[next]; });
    clearInterval(polling);
    if (next === "polling") polling = setInterval(catchUp, 5000);
  }

  function lost(element, status) {
    if (FINAL[status]) return become(FINAL[status]);
    become(failures > 1 ? "polling" : "reconnecting");
    const wait = WAITS[Math.min(failures++, WAITS.length - 1)];
    setTimeout(() => { if (element.isConnected && !element._htmx?.sse) htmx.process(element, true); }, wait);
  }

  // What changed since the version on the screen.
  function catchUp() {
    if (document.hidden) return;
    if (document.getElementById("ritual")) return void htmx.trigger(document.body, "turn");     // the room is asked for as a whole
    const board = document.querySelector("triage-board");
    if (!board) return;
    const seen = Math.max(board.dataset.version, ...[...board.querySelectorAll(".card")].map(card => card.dataset.version));
    const here = new URL(location);
    here.searchParams.set("since", seen);
    htmx.ajax("GET", here.pathname + here.search, { source: board, target: board, swap: "cards" });
  }

  // Too much has changed for single cards, or the server's database was restored: the board asks for all of it.
  document.addEventListener("board", ({ target }) => { if (target.matches("triage-board")) catchUp(); });

  // A region in which somebody has opened a form is asked for again when they have closed it.
  document.addEventListener("htmx:before:request", event => {
    const region = event.target;
    if (!region.matches?.("[data-rings]") || !region.querySelector("details[open]")) return;
    event.preventDefault();
    region.addEventListener("toggle", () => htmx.trigger(region, "board"), { capture: true, once: true });
  });

  document.addEventListener("changed", () => { if (state !== "live") catchUp(); });
  document.addEventListener("htmx:sse:after:connection", () => { failures = 0; become("live"); });
  document.addEventListener("htmx:sse:before:connection", ({ detail: { connection } }) => {
    if (FINAL[connection.status]) connection.cancelled = true;
    else if (connection.attempt) become("reconnecting");
  });
  document.addEventListener("htmx:sse:error", ({ detail }) => {
    if (!FINAL[detail.status]) return;
    detail.connection.status = detail.status;      // the next attempt sees it and does not happen
    become(FINAL[detail.status]);
  });
  document.addEventListener("htmx:finally:request", ({ target, detail: { ctx } }) => {
    const isStream = target.hasAttribute?.("hx-sse:connect") && ctx.request.action.includes("/live");
    if (isStream && !(ctx.response?.status < 400)) lost(target, ctx.response?.status);
  });
})();
