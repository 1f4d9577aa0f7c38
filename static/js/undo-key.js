// "z" presses the page's own Undo, where there is one. The room has keys of its own.
document.addEventListener("keydown", event => {
  if (event.key.toLowerCase() !== "z" || event.defaultPrevented || document.body.dataset.keys === "off") return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog")) return;
  const button = document.querySelector("[data-undo]");
  if (button) { event.preventDefault(); button.click(); }
});
