// A form that the server sends into #ask opens as a dialog; when it is answered, left or escaped it goes away.
customElements.define("ask-dialog", class extends HTMLElement {
  connectedCallback() {
    const dialog = this.querySelector("dialog");
    if (!this.closest("#ask")) return;          // on a page of its own it is already open
    this.cameFrom = document.activeElement;
    dialog.showModal();
    dialog.querySelector("[aria-invalid], [autofocus], textarea, input:not([type=hidden])")?.focus();
    dialog.addEventListener("close", () => this.leave());
    dialog.addEventListener("click", event => {
      if (event.target === dialog) dialog.close();
      if (event.target.closest("[data-close]")) { event.preventDefault(); dialog.close(); }
    });
    this.addEventListener("htmx:after:request", event => {
      if (event.detail.ctx.response?.status === 204) dialog.close();
    });
  }

  leave() {
    this.cameFrom?.focus?.({ preventScroll: true });
    this.remove();
  }
});
