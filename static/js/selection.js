// Several cards at once: their boxes belong to one form of the page, whose buttons move what is selected. It shows itself
// while something is (card.css), and here it counts, and lets go when that was moved or on Escape.
const Selection = {
  get form() { return document.getElementById("places"); },

  get boxes() { return [...this.form?.elements ?? []].filter(field => field.type === "checkbox"); },

  get count() { return this.boxes.filter(box => box.checked).length; },

  tell() {
    if (!this.form) return;
    const { count } = this, told = count ? `${count} selected` : "", output = this.form.querySelector("output");
    if (output.value !== told) output.value = told;
  },

  clear() {
    this.form.reset();
    this.tell();
  },

  // The card, and with it the next one: the focus goes on.
  extend(card, next) {
    for (const one of [card, next]) {
      const box = one?.querySelector(".tick input");
      if (box) box.checked = true;
    }
    next?.focus();
    this.tell();
  },
};

document.addEventListener("change", ({ target }) => { if (target.closest(".tick")) Selection.tell(); });
document.addEventListener("counted", () => Selection.tell());
document.addEventListener("reset", () => setTimeout(() => Selection.tell()));
document.addEventListener("htmx:after:request", ({ target, detail }) => {
  if (target.id === "places" && detail.ctx.response?.status < 300) Selection.clear();
});
document.addEventListener("keydown", ({ key, target }) => {
  const isElsewhere = target.closest("dialog, input[type=text], input:not([type]), textarea, select")
    || document.querySelector("details.move[open], :popover-open, .dragging");
  if (key === "Escape" && !isElsewhere && Selection.form && Selection.count) Selection.clear();
}, true);
// A page that the browser shows again ticks boxes by itself.
addEventListener("pageshow", () => Selection.tell());
