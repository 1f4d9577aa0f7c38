// What a gesture means, as a press of a form that is on the page: it is filled in, sent, and empty again.
const press = (action, values) => {
  const form = document.getElementById("move");
  const fields = Object.entries(values).map(([name, value]) =>
    Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  form.append(...fields);
  form.action = action;
  form.requestSubmit();
  fields.forEach(field => field.remove());
};
