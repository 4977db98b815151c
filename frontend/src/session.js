// dialog[data-session]     opens when an answer says that the session has ended (401); what was typed stays
// [data-session-retry]     in it: goes on after a login in another tab, if it is still the same person
// Events: "temis:session-ended" (dispatch to open), "temis:session-back" (the session works again).
import { csrfToken, on, userKey } from "./dom.js";

const dialog = () => document.querySelector("dialog[data-session]");

export function sessionEnded() {
  const found = dialog();
  if (found && !found.open) found.showModal();
}

document.addEventListener("temis:session-ended", sessionEnded);
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status !== 401 || !dialog()) return;
  event.preventDefault(); // else htmx would go to the login page and take what was typed with it
  sessionEnded();
});

on("click", "[data-session-retry]", async (_event, button) => {
  button.setAttribute("aria-busy", "true");
  try {
    const who = await whoIsIn();
    if (who === userKey()) goOn();
    else if (who) location.reload(); // somebody else: never show him what the first one typed
    else button.previousElementSibling?.focus();
  } finally {
    button.removeAttribute("aria-busy");
  }
});

async function whoIsIn() {
  const answer = await fetch("/", { credentials: "same-origin", cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector('meta[name="user-key"]')?.content ?? "";
}

function goOn() {
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = csrfToken();
  dialog().close();
  document.dispatchEvent(new CustomEvent("temis:session-back"));
}
