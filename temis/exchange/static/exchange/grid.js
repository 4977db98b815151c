// The grid of an import: a row comes back from the server while the next cell is already being typed in.
// What was typed there stays; a cell that could not be sent (session ended, no connection) is sent again later.

const typed = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const active = document.activeElement;
  if (!event.detail.target?.matches?.("[data-grid-row]") || !active?.matches?.(".cell-edit__input")) return;
  if (active.value !== active.defaultValue) typed.set(active.id, active.value);
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
  typed.clear();
});

function sendUnsent() {
  for (const field of document.querySelectorAll(".cell-edit__input")) {
    if (field.value !== field.defaultValue && field !== document.activeElement) {
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}
document.addEventListener("temis:session-back", sendUnsent);
window.addEventListener("online", sendUnsent);
