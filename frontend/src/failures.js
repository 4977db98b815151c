// template#not-sent     the notice shown when a piece of the page could not be sent: no connection, or an answer that
//                       htmx does not put in (403, 404, 413, 5xx). What was typed stays where it is.
// It goes to the top of an open dialog, else to #messages. Reads that fail are left alone: the page asks again.
const place = () => document.querySelector("dialog[open]") ?? document.getElementById("messages");

function tell(event) {
  const notice = document.getElementById("not-sent");
  const { verb, elt } = event.detail.requestConfig ?? {};
  const status = event.detail.xhr?.status;
  if (!notice || verb === "get" || status === 401 || elt?.matches("[data-autosave]")) return;
  place().querySelector("[data-not-sent]")?.remove();
  const shown = notice.content.firstElementChild.cloneNode(true);
  shown.dataset.notSent = "";
  place().prepend(shown);
}

document.addEventListener("htmx:responseError", tell);
document.addEventListener("htmx:sendError", tell);
document.addEventListener("htmx:beforeRequest", () => document.querySelector("[data-not-sent]")?.remove());
