// The fields of a form as a list that can be kept, and back. Files, tokens and [data-no-draft] are left out.

const LEFT_OUT = new Set(["csrfmiddlewaretoken", "revision"]);

export function read(form) {
  const fields = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !LEFT_OUT.has(name) && !isExempt(form, name)) fields.push([name, value]);
  }
  return fields;
}

export function write(form, fields) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!control.name || LEFT_OUT.has(control.name) || control.type === "file" || control.matches("[data-no-draft]")) continue;
    setControl(control, values.get(control.name) ?? []);
  }
}

function setControl(control, values) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
  else if (control.multiple) for (const option of control.options) option.selected = values.includes(option.value);
  else if (control.type !== "submit" && control.type !== "button" && control.tagName !== "BUTTON" && control.tagName !== "FIELDSET" && control.tagName !== "OUTPUT") {
    if (values.length) control.value = values[0];
  }
}

function isExempt(form, name) {
  const control = form.elements.namedItem(name);
  return control instanceof Element && control.matches("[data-no-draft]");
}
