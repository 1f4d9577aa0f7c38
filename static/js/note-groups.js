// Notes that say the same: one that is dropped on another's group presses what its own "Same as…" presses. While one is
// in the hand the room waits to show itself anew: a note that is replaced under the hand would be lost.
customElements.define("note-groups", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("toggle", ({ target }) => target.open && target.querySelector(".menu button")?.focus(), { capture: true, signal });
    document.addEventListener("htmx:after:settle", () => this.sortable(), { signal });
    document.addEventListener("htmx:before:request", event => this.holdBack(event), { signal });
    document.addEventListener("keydown", ({ key }) => { if (key === "Escape") this.isCalledOff = true; }, { signal });
    this.sortable();
  }

  disconnectedCallback() { this.listening.abort(); }

  // Groups come and go while the element stays, and after the reveal they stay as they are.
  sortable() {
    for (const list of this.querySelectorAll("[data-notes]")) {
      const known = Sortable.get(list);
      if (!this.dataset.action) known?.destroy();
      else if (!known) new Sortable(list, {
        group: "notes", draggable: ".slip", sort: false, animation: 120, delay: 150, delayOnTouchOnly: true,
        forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4, filter: "details, button", preventOnFilter: false,
        onStart: ({ item }) => { this.cameFrom = item.nextElementSibling; this.isDragging = true; this.isCalledOff = false; },
        onEnd: ({ item, from, to }) => this.drop(item, from, to),
      });
    }
  }

  holdBack(event) {
    if (!this.isDragging || !event.target.matches?.("#room, #ritual")) return;
    event.preventDefault();
    if (this.waits !== "turn") this.waits = event.target.id === "room" ? "room" : "turn";      // a turn brings the rest
  }

  drop(item, from, to) {
    this.isDragging = false;
    from.insertBefore(item, this.cameFrom?.parentNode === from ? this.cameFrom : null);    // the answer moves it
    if (to !== from && !this.isCalledOff) press(this.dataset.action, { note: item.dataset.note, same_as: to.dataset.notes });
    if (this.waits) htmx.trigger(document.body, this.waits);
    this.waits = "";
  }
});
