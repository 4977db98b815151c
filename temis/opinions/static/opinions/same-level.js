// One level for all criteria of a standard at once; each can be changed afterwards. Without script the buttons stay away.
for (const group of document.querySelectorAll("[data-same-level]")) {
  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("[data-level]");
    if (!button) return;
    for (const radio of group.parentElement.querySelectorAll(`input[type=radio][value="${button.dataset.level}"]`)) {
      if (radio.checked) continue;
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}
