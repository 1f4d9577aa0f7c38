// The keys of the room. Each presses a button that is on the screen: one of the row with the focus, else of the room.
(() => {
  const isShown = element => element.checkVisibility({ visibilityProperty: true });
  const rows = () => [...document.querySelectorAll("#stage [data-row]")].filter(isShown);

  function button(key) {
    const named = `[data-press="${CSS.escape(key)}"]`;
    const row = document.activeElement.closest("[data-row]");
    return row?.querySelector(named)
      ?? [...document.querySelectorAll(`.room ${named}`)].find(found => !found.closest("[data-row]") && isShown(found));
  }

  function step(by) {
    const all = rows(), here = all.indexOf(document.activeElement.closest("[data-row]"));
    const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", event => {
    const { target, key } = event;
    if (!document.querySelector("main.room") || document.body.dataset.keys === "off" || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || key.length > 1) return;
    if (target.closest("input, textarea, select, dialog, [popover]:popover-open")) return;
    // A card of the board has keys of its own, but for these.
    if (target.closest(".card") && !"z?".includes(key.toLowerCase())) return;
    const name = event.shiftKey ? key.toUpperCase() : key.toLowerCase();
    const found = button(name);
    if (found) found.click();
    else if (name === "j" || name === "k") step(name === "j" ? 1 : -1);
    else return;
    event.preventDefault();
  });

  // The primary button becomes the next one where it stands: the second press of a double click must not press that.
  let pressedAt = -Infinity;
  document.addEventListener("click", event => {
    if (!event.target.closest("#head .primary")) return;
    if (event.timeStamp < pressedAt + 700) event.preventDefault();
    else pressedAt = event.timeStamp;
  }, true);

  // "Another item of the board": the button opens what the list beside it says.
  document.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-from]");
    if (opener) opener.formAction = document.getElementById(opener.dataset.from).value;
  }, true);
})();

// Shows only the rows that have all the words typed into it; rows that come anew are looked at too.
customElements.define("row-filter", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    this.addEventListener("input", () => this.filter());
    document.addEventListener("htmx:after:settle", () => this.filter(), { signal: this.listening.signal });
  }

  disconnectedCallback() { this.listening.abort(); }

  filter() {
    const words = this.querySelector("input").value.toLowerCase().split(/\s+/);
    for (const row of document.querySelectorAll("#stage [data-row]")) {
      const text = row.querySelector(".what").textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    }
  }
});
