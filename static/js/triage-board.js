// The board under the hand: a drop and a key press what the card's own Move to… menu presses, one form of the page.
// The stream brings the result, to this screen as to all others.
customElements.define("triage-board", class extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();     // until the board is replaced by a whole new one
    document.body.addEventListener("keydown", ({ target, key }) => {
      if (key === "Escape") this.calledOff = true;      // a drag that goes on is put back when it ends
      const isHere = target === document.body && !this.closest(".room") && document.body.dataset.keys !== "off";
      if (isHere && key === "j") this.querySelector(".card")?.focus();
    }, { signal: this.listening.signal });
    this.addEventListener("keydown", event => CardKeys.press(this, event));
    this.addEventListener("focusout", () => setTimeout(() => this.catchUp()));
    this.isOrdered = this.hasAttribute("data-ordered");      // by what cards cost, and not by their own places
    if (this.isOrdered) this.addEventListener("board", event => this.later(event));
    if (!this.hasAttribute("data-reads")) this.sortable();
    Selection.tell();
  }

  disconnectedCallback() { this.listening.abort(); }

  sortable() {
    this.form = document.getElementById("move");
    for (const list of this.querySelectorAll("[data-cards]")) {
      new Sortable(list, {
        group: "board", draggable: ".card", sort: !this.isOrdered, animation: 120, delay: 150, delayOnTouchOnly: true,
        // Pointer events instead of the browser's own drag and drop: the same under mouse, pen and thumb.
        forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4,
        filter: "button, summary", preventOnFilter: false,
        onStart: ({ item }) => { Cards.take(item); this.calledOff = false; this.classList.add("dragging"); },
        onEnd: drop => this.drop(drop),
      });
    }
    this.form.addEventListener("htmx:finally:request", event => this.settle(event.detail.ctx), { signal: this.listening.signal });
  }

  drop({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
    Cards.letGo();
    this.classList.remove("dragging");
    if (this.calledOff) Cards.putBack(this, item);
    else if (from !== to || oldDraggableIndex !== newDraggableIndex) {
      const number = card => card?.id.replace("item-", "") ?? "";
      const place = this.isOrdered ? {} : { after: number(item.previousElementSibling) };
      press(`/items/${number(item)}/place?version=${item.dataset.version}`, { category: to.dataset.cards, ...place });
    }
    this.catchUp();
  }

  // A board that is told anew as a whole waits while a card is in the hand or its menu is in use.
  later(event) {
    this.isBehind = [...this.querySelectorAll(".sortable-chosen, .card:has([open])")].some(Cards.isBusy);
    if (this.isBehind) event.stopPropagation();
  }

  catchUp() {
    Cards.catchUp(this);
    if (this.isBehind) htmx.trigger(this, "board");
  }

  // Refused, or never arrived: the card goes back.
  settle({ request, response }) {
    if (response?.status < 400) return;
    const card = document.getElementById("item-" + request.action.match(/items\/(\d+)/)?.[1]);
    if (card) Cards.putBack(this, card);
  }
});
