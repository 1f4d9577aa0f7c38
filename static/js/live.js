// Says whether the page is live, and mends what hx-sse leaves to others: a first connection that fails is tried again,
// an answer that will not change (401, 403, 404, 410) is not asked for again, and a stream that cannot be had at all
// gives way to asking every five seconds.
(() => {
  const FINAL = [401, 403, 404, 410];
  const waits = [1000, 2000, 5000, 10000, 30000];
  let failures = 0, polling = null;

  const say = state => document.querySelectorAll("live-sign").forEach(sign => { sign.state = state; });

  function live() {
    failures = 0;
    clearInterval(polling);
    polling = null;
    say("live");
  }

  function lost(element, status) {
    if (FINAL.includes(status)) return say(status === 401 ? "signed out" : "ended");
    const wait = waits[Math.min(failures++, waits.length - 1)];
    say(failures > 2 ? "polling" : "reconnecting");
    if (failures > 2) polling ??= setInterval(() => catchUp(element), 5000);
    setTimeout(() => { if (element.isConnected && !element._htmx?.sse) htmx.process(element, true); }, wait);
  }

  // What changed since the version on the screen, asked for once by the page itself.
  function catchUp(element) {
    if (element.matches("triage-board") && !document.hidden) {
      const seen = Math.max(...[...element.querySelectorAll(".card")].map(card => Number(card.dataset.version)), Number(element.dataset.version));
      htmx.ajax("GET", `${location.pathname}?since=${seen}`, { source: element, target: element, swap: "cards" });
    }
  }

  document.addEventListener("htmx:sse:after:connection", live);
  document.addEventListener("htmx:sse:before:connection", ({ detail: { connection } }) => {
    if (FINAL.includes(connection.status)) connection.cancelled = true;
    if (connection.attempt > 0) say("reconnecting");
  });
  document.addEventListener("htmx:sse:error", ({ target, detail }) => {
    if (FINAL.includes(detail.status)) { detail.connection.cancelled = true; detail.connection.status = detail.status; lost(target, detail.status); }
  });
  document.addEventListener("htmx:finally:request", ({ target, detail: { ctx } }) => {
    if (!target.matches?.("[hx-sse\\:connect]") || !ctx.request.action.includes("/live")) return;
    if (!ctx.response || ctx.response.status >= 400) lost(target, ctx.response?.status);
  });

  const WORDS = {
    live: "Live", reconnecting: "Reconnecting…", polling: "Not live: asking every 5 seconds",
    "signed out": "Signed out: reload to sign in", ended: "No longer live: reload the page",
  };
  customElements.define("live-sign", class extends HTMLElement {
    set state(state) { this.dataset.state = state; this.textContent = WORDS[state]; }
  });
})();
