// The board as it was then: the slider says the date on which it stands while it moves, and the address says what is shown.
{
  const say = slider => {
    const { label } = slider.list.options[slider.value - 1];
    slider.setAttribute("aria-valuetext", label);
    document.getElementById("stop").value = label;
  };
  document.addEventListener("input", ({ target }) => { if (target.id === "place") say(target); });

  document.addEventListener("htmx:after:swap", () => {
    const { address } = document.getElementById("then")?.dataset ?? {};
    if (address) history.replaceState(null, "", address);
  });
}
