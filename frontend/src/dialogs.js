// [data-open="id"]           opens the <dialog> of that id
// [data-close]               closes the dialog it stands in; so does a click beside a drawer
// [data-confirm-name="x"]    a field: its form's [data-confirm-button] works once "x" has been typed
import { enhance, on } from "./dom.js";

on("click", "[data-open]", (_event, button) => document.getElementById(button.dataset.open)?.showModal());
on("click", "[data-close]", (_event, button) => button.closest("dialog")?.close());
on("click", "dialog.drawer", (event, drawer) => {
  if (event.target === drawer) drawer.close(); // the ground beside it is the dialog itself
});

const same = (typed, wanted) => typed.trim().normalize("NFC") === wanted.normalize("NFC");

enhance("[data-confirm-name]", (field) => {
  const button = field.form.querySelector("[data-confirm-button]");
  const check = () => (button.disabled = !same(field.value, field.dataset.confirmName));
  field.addEventListener("input", check);
  check();
});
