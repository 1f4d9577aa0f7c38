// A one-field form is empty again once what was typed is saved, and not before.
document.addEventListener("htmx:after:request", ({ target, detail }) => {
  if (!target.matches?.("[data-clears]") || detail.ctx.response.status >= 300) return;
  target.querySelectorAll("input:not([type=hidden], [type=checkbox]), textarea").forEach(field => { field.value = ""; field.removeAttribute("aria-invalid"); });
  target.querySelectorAll("[type=checkbox]").forEach(box => { box.checked = box.defaultChecked; });      // it was for that one
  target.querySelector(".error")?.remove();
});

// A form that opened under its button closes when it is saved, and not when its region is shown anew before that.
htmx.registerExtension("open", {
  htmx_before_morph_attr: (element, { attrName, newValue }) =>
    !(attrName === "open" && newValue === null && element.matches(".room details")),
});
document.addEventListener("htmx:after:request", ({ target, detail }) => {
  if (detail.ctx.response?.status < 300) target.closest?.("details.judge")?.removeAttribute("open");
});

// What the last form was told is over when the next is sent; and a form that did not arrive says so.
document.addEventListener("htmx:before:request", ({ target }) => {
  if (target.matches?.("form")) document.getElementById("flash").replaceChildren();
});
document.addEventListener("htmx:error", ({ target }) => {
  if (target.matches?.("form")) {
    document.getElementById("flash").replaceChildren(document.getElementById("unsaved").content.cloneNode(true));
  }
});

// "n" goes to the report field, but not while typing, nor for who wants no single keys.
document.addEventListener("keydown", event => {
  if (document.body.dataset.keys === "off") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  const field = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (field) { event.preventDefault(); field.focus(); }
});

// An open menu (Move to…, Same as…) closes when another opens, when the focus leaves it, and on Escape.
const opener = menu => menu.closest(".card") ?? menu.querySelector("summary");
document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.("details.move") && target.open) {
    document.querySelectorAll("details.move[open]").forEach(other => { if (other !== target) other.open = false; });
  }
}, true);
document.addEventListener("click", ({ target }) => {
  document.querySelectorAll("details.move[open]").forEach(menu => {
    const chosen = menu.contains(target) && target.closest(".menu button");
    if (!menu.contains(target) || chosen) menu.open = false;
    if (chosen) opener(menu).focus({ preventScroll: true });
  });
});
document.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" && target.closest?.("details.move[open]");
  if (menu) { menu.open = false; opener(menu).focus(); }
});

// Signed in anew in another tab: the answer brings the token of now, and the next press of any form works.
document.addEventListener("token", ({ detail: { token } }) => {
  document.querySelectorAll("[name=csrf_token]").forEach(field => { field.value = token; });
  document.body.setAttribute("hx-headers:inherited", JSON.stringify({ "X-CSRFToken": token }));
});

// A form that leaves the page is sent once, however often its button is pressed.
document.addEventListener("submit", event => {
  const { target: form, submitter } = event;
  if (!form.hasAttribute("hx-boost") && submitter) setTimeout(() => { submitter.disabled = true; });
});
addEventListener("pageshow", () => document.querySelectorAll("button[disabled]:not(.menu button)").forEach(button => { button.disabled = false; }));
