// Every form that is posted: sent once, however often the button is clicked. The button says that it works (aria-busy).
// form[data-again]  is exempt (a form that may be sent many times in a row, such as a search).
import { on } from "./dom.js";

const buttons = (form) => form.querySelectorAll('button:not([type="button"]), input[type="submit"]');

on("submit", "form", (event, form) => {
  if (form.method !== "post" || form.hasAttribute("data-again") || isHtmx(form)) return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("form");
  if (!form || event.detail.requestConfig.verb === "get") return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "1";
  buttons(form).forEach((button) => button.setAttribute("aria-busy", "true"));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

function isHtmx(form) {
  return ["hx-post", "hx-put", "hx-patch", "hx-delete"].some((name) => form.hasAttribute(name));
}

function release(form) {
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}
