// Finding: the address says what is shown, so that it can be reloaded, kept and sent on; and the arrows go from the field
// into what was found and back.
document.addEventListener("htmx:after:swap", () => {
  const { address } = document.getElementById("results")?.dataset ?? {};
  if (address && address !== location.pathname + location.search) history.replaceState(null, "", address);
});

document.addEventListener("keydown", event => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const field = document.getElementById("q");
  if (!step || !field || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const stops = [field, ...[...document.querySelectorAll("#results li")].map(row => row.querySelector("a"))];
  const next = stops[stops.indexOf(event.target) + step];
  if (stops.includes(event.target) && next) { event.preventDefault(); next.focus(); }
});
