// The keys of the card with the focus. Each presses what stands on the card, or goes to the one beside it.
const CardKeys = {
  press(board, event) {
    const card = event.target.closest(".card");
    if (!card || event.target !== card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1 && document.body.dataset.keys === "off") return;
    const { plain, shifted } = this.of(board, card);
    const act = event.shiftKey && shifted[event.key] || plain[event.key] || plain[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  },

  of(board, card) {
    const press = selector => () => board.form && card.querySelector(selector)?.click();
    const go = by => () => this.beside(board, card, by)?.focus();
    const select = by => Selection.form ? () => Selection.extend(card, this.beside(board, card, by)) : go(by);
    const order = selector => board.isOrdered ? () => this.say("unordered") : press(selector);
    return {
      plain: {
        j: go(1), ArrowDown: go(1), k: go(-1), ArrowUp: go(-1), Enter: () => card.querySelector("h3 a").click(),
        0: press('[value="inbox"]'), 1: press('[value="cheap"]'), 2: press('[value="expensive"]'), 3: press('[value="catastrophic"]'),
        m: () => board.form && this.menu(card), x: () => Selection.form && press(".tick input")(),
        c: press('[formaction$="/commitments"]'), b: press('[formaction$="/interest"]'),
      },
      shifted: { ArrowUp: order('[value="up"]'), ArrowDown: order('[value="down"]'), J: select(1), K: select(-1) },
    };
  },

  menu(card) {
    card.querySelector("details").open = true;
    card.querySelector(".menu button:enabled").focus();
  },

  beside(board, card, by) {
    const cards = [...board.querySelectorAll(".card")];
    return cards[cards.indexOf(card) + by];
  },

  say(template) {
    document.getElementById("flash").replaceChildren(document.getElementById(template).content.cloneNode(true));
  },
};
