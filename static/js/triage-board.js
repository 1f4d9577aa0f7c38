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
    this.addEventListener("keydown", event => this.key(event));
    this.addEventListener("focusout", () => setTimeout(() => Cards.catchUp(this)));
    if (!this.hasAttribute("data-reads")) this.sortable();
  }

  disconnectedCallback() { this.listening.abort(); }

  sortable() {
    this.form = document.getElementById("move");
    for (const list of this.querySelectorAll("[data-cards]")) {
      new Sortable(list, {
        group: "board", draggable: ".card", animation: 120, delay: 150, delayOnTouchOnly: true,
        // Pointer events instead of the browser's own drag and drop: the same under mouse, pen and thumb.
        forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4,
        filter: "button, summary, input", preventOnFilter: false,
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
      this.press(`/items/${number(item)}/place`, { category: to.dataset.cards, after: number(item.previousElementSibling) });
    }
    Cards.catchUp(this);
  }

  press(action, values) {
    const fields = Object.entries(values).map(([name, value]) =>
      Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    this.form.append(...fields);
    this.form.action = action;
    this.form.requestSubmit();
    fields.forEach(field => field.remove());
  }

  // Refused, or never arrived: the card goes back.
  settle({ request, response }) {
    if (response?.status < 400) return;
    const card = document.getElementById("item-" + request.action.match(/items\/(\d+)/)?.[1]);
    if (card) Cards.putBack(this, card);
  }

  key(event) {
    const card = event.target.closest(".card");
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    const press = selector => () => this.form && card.querySelector(selector)?.click();
    const keys = {
      j: () => this.step(card, 1), ArrowDown: () => this.step(card, 1),
      k: () => this.step(card, -1), ArrowUp: () => this.step(card, -1),
      0: press('[value="inbox"]'), 1: press('[value="cheap"]'), 2: press('[value="expensive"]'), 3: press('[value="catastrophic"]'),
      m: () => this.form && this.menu(card),
      c: press('[form="open"]'), Enter: () => card.querySelector("h3 a").click(),
    };
    const ordering = { ArrowUp: press('[value="up"]'), ArrowDown: press('[value="down"]') };
    if (event.key.length === 1 && document.body.dataset.keys === "off") return;
    const act = event.shiftKey && ordering[event.key] || keys[event.key] || keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  }

  menu(card) {
    card.querySelector("details").open = true;
    card.querySelector(".menu button:enabled").focus();
  }

  step(card, by) {
    const cards = [...this.querySelectorAll(".card")];
    cards[cards.indexOf(card) + by]?.focus();
  }
});
