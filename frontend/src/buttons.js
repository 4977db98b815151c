// [data-copy="text"]                  copies the text; its [data-copy-text] then says data-text-done
// [data-print]                        prints the page
// [data-back]                         goes one page back; what was typed there is still there
// a[data-reopen]                      opens anew the page one came from (its form can be sent again)
// [data-fill="id" data-fill-value=x]  puts a suggestion into a field
import { on } from "./dom.js";

on("click", "[data-copy]", async (_event, button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("[data-copy-text]");
  if (label) label.textContent = button.dataset.textDone;
});
on("click", "[data-print]", () => window.print());
on("click", "[data-back]", () => history.back());
on("click", "[data-reopen]", (event, link) => {
  if (!document.referrer.startsWith(`${location.origin}/`)) return;
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  location.assign(document.referrer);
});
on("click", "[data-fill]", (_event, button) => {
  const field = document.getElementById(button.dataset.fill);
  field.value = button.dataset.fillValue;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});
