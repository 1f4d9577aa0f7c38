// A form that the server sends into #ask opens as a dialog; when it is answered, left or escaped it goes away.
customElements.define("ask-dialog", class extends HTMLElement {
  connectedCallback() {
    this.ask = this.closest("#ask");
    if (!this.ask) return;                      // on a page of its own it is open already
    const dialog = this.querySelector("dialog");
    // Refused and sent again, the focus still goes back to who opened it first.
    if (document.activeElement !== document.body) this.ask.cameFrom = document.activeElement;
    dialog.showModal();
    dialog.prepend(document.getElementById("flash"));     // behind a dialog nobody would read it
    dialog.querySelector("[aria-invalid], [autofocus], textarea, input:not([type=hidden])")?.focus();
    dialog.addEventListener("close", () => this.leave(dialog.querySelector("[data-left]")));
    // A press outside leaves it, unless something was typed or a selection only ended there.
    dialog.addEventListener("pointerdown", ({ target }) => { this.pressed = target; });
    dialog.addEventListener("click", event => {
      const typed = [...dialog.querySelectorAll("input, textarea")].some(field => field.value !== field.defaultValue);
      if (event.target === dialog && this.pressed === dialog && !typed) dialog.close();
      if (event.target.closest("[data-close]")) { event.preventDefault(); dialog.close(); }
    });
    this.addEventListener("htmx:after:request", event => {
      if (event.detail.ctx.response?.status === 204) { this.isAnswered = true; dialog.close(); }
    });
  }

  // Left without an answer, it says what that means where it means something.
  leave(words) {
    this.remove();
    if (words && !this.isAnswered) document.getElementById("flash").replaceChildren(words.content.cloneNode(true));
    this.ask.cameFrom?.focus({ preventScroll: true });
  }

  disconnectedCallback() {
    const flash = this.querySelector("#flash");
    if (flash) document.getElementById("main").before(flash);
  }
});
