// The board on the screen. One writer: cards arrive as the "cards" swap and are put where they say they belong.
// A drop, a key and the Move to… menu all press the same form; the stream brings the result.
(() => {
  const held = new Map();       // cards that arrived while theirs was in the hand or being typed in
  let inHand = null;

  const busy = card => card && (card === inHand || (card.querySelector("[open]") && card.contains(document.activeElement)));

  function put(board, fresh) {
    let card = document.getElementById(fresh.id);
    if (card && Number(card.dataset.version) > Number(fresh.dataset.version)) return;
    if (busy(card)) return void held.set(fresh.id, fresh);
    if ("gone" in fresh.dataset) return void card?.remove();
    const list = board.querySelector(`[data-cards="${fresh.dataset.category}"]`);
    const before = [...list.children].find(
      other => other !== card && Number(other.dataset.position) > Number(fresh.dataset.position));
    if (!card) {
      list.insertBefore(card = fresh, before ?? null);
    } else {
      const inside = card.contains(document.activeElement) && document.activeElement;
      if (card.parentNode !== list || card.nextElementSibling !== (before ?? null)) {
        (list.moveBefore ? list.moveBefore(card, before ?? null) : list.insertBefore(card, before ?? null));
      }
      for (const { name, value } of fresh.attributes) card.setAttribute(name, value);
      if (card.innerHTML !== fresh.innerHTML) card.replaceChildren(...fresh.childNodes);
      if (inside && !inside.isConnected) card.focus({ preventScroll: true });
    }
    card.classList.add("arrived");
    setTimeout(() => card.classList.remove("arrived"), 1500);
  }

  function count(board) {
    for (const list of board.querySelectorAll("[data-cards]")) {
      list.parentNode.querySelector("[data-count]").textContent = list.querySelectorAll(".card").length;
    }
  }

  htmx.registerExtension("cards", {
    handle_swap(style, board, fragment) {
      if (style !== "cards") return false;
      for (const fresh of [...fragment.querySelectorAll("article.card")]) put(board, fresh);
      count(board);
      return [];
    },
  });

  customElements.define("triage-board", class extends HTMLElement {
    connectedCallback() {
      if (this.hasAttribute("data-reads")) return;
      this.form = document.getElementById("move");
      for (const list of this.querySelectorAll("[data-cards]")) {
        new Sortable(list, {
          group: "board", draggable: ".card", animation: 120, delay: 150, delayOnTouchOnly: true,
          // Pointer events instead of the browser's own drag and drop: the same under mouse, pen and thumb.
          forceFallback: true, fallbackOnBody: true, fallbackTolerance: 4,
          filter: "button, summary, input", preventOnFilter: false,
          onStart: ({ item }) => { inHand = item; this.classList.add("dragging"); },
          onEnd: drop => this.drop(drop),
        });
      }
      this.addEventListener("keydown", event => this.key(event));
      document.body.addEventListener("keydown", event => {
        if (event.target === document.body && event.key === "j") this.querySelector(".card")?.focus();
      });
      this.addEventListener("focusout", () => setTimeout(() => this.release()));
      this.form.addEventListener("htmx:finally:request", event => this.settle(event.detail.ctx));
    }

    drop({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
      inHand = null;
      this.classList.remove("dragging");
      count(this);
      if (from !== to || oldDraggableIndex !== newDraggableIndex) {
        const after = item.previousElementSibling?.id.replace("item-", "") ?? "";
        this.press(`/items/${item.id.replace("item-", "")}/place`, { category: to.dataset.cards, after });
      }
      this.release();
    }

    press(action, values) {
      this.form.querySelectorAll("[data-value]").forEach(field => field.remove());
      for (const [name, value] of Object.entries(values)) {
        const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
        field.dataset.value = "";
        this.form.append(field);
      }
      this.form.action = action;
      this.form.requestSubmit();
      this.form.querySelectorAll("[data-value]").forEach(field => field.remove());
    }

    // Refused, or never arrived: the card goes back to where the server says it is.
    settle(ctx) {
      if (ctx.response?.status < 400) return;
      const card = document.getElementById("item-" + ctx.request.action.match(/items\/(\d+)/)?.[1]);
      if (card) this.back(card);
    }

    back(card) {
      const list = this.querySelector(`[data-cards="${card.dataset.category}"]`);
      const before = [...list.children].find(
        other => other !== card && Number(other.dataset.position) > Number(card.dataset.position));
      list.insertBefore(card, before ?? null);
      count(this);
    }

    release() {
      for (const [id, fresh] of [...held]) {
        if (busy(document.getElementById(id))) continue;
        held.delete(id);
        put(this, fresh);
      }
      count(this);
    }

    key(event) {
      const card = event.target.closest(".card");
      if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
      const press = selector => card.querySelector(selector)?.click();
      const keys = {
        j: () => this.step(card, 1), ArrowDown: () => this.step(card, 1),
        k: () => this.step(card, -1), ArrowUp: () => this.step(card, -1),
        0: () => press('[value="inbox"]'), 1: () => press('[value="cheap"]'),
        2: () => press('[value="expensive"]'), 3: () => press('[value="catastrophic"]'),
        m: () => { card.querySelector("details").open = true; card.querySelector(".menu button:enabled").focus(); },
        c: () => press('[form="open"]'), Enter: () => press("h3 a"),
      };
      if (event.shiftKey && event.key === "ArrowUp") keys.ArrowUp = () => press('[value="up"]');
      if (event.shiftKey && event.key === "ArrowDown") keys.ArrowDown = () => press('[value="down"]');
      if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
    }

    step(card, by) {
      const cards = [...this.querySelectorAll(".card")];
      cards[cards.indexOf(card) + by]?.focus();
    }
  });
})();
