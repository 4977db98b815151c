// table[data-grid]   the head's table of quick work: a row per person, a select per criterion.
//   ↑ ↓ ← →, Home, End    go between cells        1 to 4, C, Đ or D, K, T    choose the level        Delete    clear it
//   =                     fill the row with the self-assessment              Enter                     decide, next row;
//                                                                            where a level is missing, to it
// A row is saved by itself while it is filled in: a POST of its levels to data-url, answered with the row's last cell
// (data-revision: of the draft; data-seen: of the appraisal). A row that could not be saved says so and is sent again.
// [data-check-all]   ticks all rows of its table.
(() => {
  const PAUSE = 600;
  const LEVELS = { c: "0", d: "1", đ: "1", k: "2", t: "3", 1: "0", 2: "1", 3: "2", 4: "3" };
  const LOOKS = ["CD", "D", "K", "T"];
  const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? document.querySelector('meta[name="csrf-token"]').content;
  const rows = new Map();

  class Row {
    constructor(element) {
      this.element = element;
      this.changes = 0;
    }

    get selects() {
      return [...this.element.querySelectorAll("select.grid__select")];
    }

    get missing() {
      return this.selects.find((select) => !select.value);
    }

    set(select, value) {
      if (select.value === value) return;
      select.value = value;
      this.changed(select);
    }

    changed(select) {
      paint(select);
      this.changes += 1;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), PAUSE);
    }

    fill() {
      const { own } = this.element.dataset; // empty before the self-assessment is sent
      if (own) this.selects.forEach((select, place) => this.set(select, own.split(",")[place]));
    }

    /** One request at a time; what changes meanwhile goes with the next. */
    async send(decide = false) {
      clearTimeout(this.timer);
      if (this.isSending) {
        this.again = this.again || { decide };
        this.again.decide ||= decide;
        return;
      }
      if (decide && this.missing) return this.missing.focus();
      this.isSending = true;
      const sent = this.changes;
      const answer = await this.post(decide);
      this.isSending = false;
      await this.take(answer, sent, decide);
      const again = this.again;
      this.again = null;
      if (again) this.send(again.decide);
    }

    async post(decide) {
      const cell = this.element.querySelector(".grid__result");
      const body = new FormData();
      for (const select of this.selects) body.append(select.name, select.value);
      body.append("revision", cell.dataset.revision);
      body.append("seen", cell.dataset.seen);
      if (decide) body.append("decide", "1");
      const headers = { "X-CSRFToken": token(), "HX-Request": "true", "HX-Current-URL": location.href };
      try {
        return await fetch(this.element.dataset.url, { method: "POST", body, headers, credentials: "same-origin" });
      } catch {
        return null;
      }
    }

    async take(answer, sent, decide) {
      const text = answer ? await answer.text() : "";
      if (answer?.ok) return this.kept(text, sent);
      this.element.classList.add("grid__row--unsaved");
      const isOut = [401, 403].includes(answer?.status); // the session, or its token, is gone
      if (answer && answer.status < 500 && !isOut) return say(text);
      this.failed = { decide };
      if (isOut) return document.dispatchEvent(new CustomEvent("temis:session-ended"));
      setTimeout(() => this.retry(), 15000);
    }

    kept(text, sent) {
      this.failed = null;
      if (this.changes === sent) this.element.classList.remove("grid__row--unsaved");
      const template = document.createElement("template");
      template.innerHTML = text.trim();
      this.element.querySelector(".grid__result").replaceWith(template.content.firstElementChild);
    }

    retry() {
      if (this.failed) this.send(this.failed.decide);
    }

    get isWaiting() {
      return this.element.classList.contains("grid__row--unsaved") || this.isSending;
    }
  }

  const rowOf = (element) => {
    const place = element.closest("tr[data-row]");
    if (place && !rows.has(place)) rows.set(place, new Row(place));
    return rows.get(place);
  };

  function paint(select) {
    select.className = `grid__select level-${LOOKS[select.value] ?? "none"}`;
  }

  function say(html) {
    const place = document.getElementById("messages");
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    place.scrollIntoView({ block: "nearest" });
  }

  function enter(cell) {
    const control = cell?.querySelector("select, a[href], input:not([type=hidden]), button");
    if (!cell) return;
    if (!control) cell.tabIndex = -1;
    (control ?? cell).focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function move(key, cell) {
    const line = cell.parentElement;
    const lines = [...line.parentElement.rows];
    const [down, right] = MOVES[key];
    enter(lines[lines.indexOf(line) + down]?.cells[cell.cellIndex + right]);
  }

  function press(event, cell, row) {
    const select = cell.querySelector("select.grid__select");
    const level = LEVELS[event.key.toLowerCase()];
    const lines = [...cell.parentElement.parentElement.rows];
    if (MOVES[event.key]) move(event.key, cell);
    else if (event.key === "Home") enter(lines[0].cells[cell.cellIndex]);
    else if (event.key === "End") enter(lines[lines.length - 1].cells[cell.cellIndex]);
    else if (level && select) row.set(select, level);
    else if (["Delete", "Backspace"].includes(event.key) && select) row.set(select, "");
    else if (event.key === "=") row.fill();
    else if (event.key === "Enter" && select) {
      row.send(true);
      if (!row.missing) move("ArrowDown", cell);
    } else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("table[data-grid] tbody td, table[data-grid] tbody th");
    if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
    if (press(event, cell, rowOf(cell))) event.preventDefault();
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("select.grid__select")) rowOf(event.target).changed(event.target);
    if (!event.target.matches("[data-check-all]")) return;
    for (const box of event.target.closest("table").querySelectorAll("tbody input[type=checkbox]")) box.checked = event.target.checked;
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("table[data-grid] [data-row-action]")) rowOf(event.target).send(true);
  });
  window.addEventListener("online", () => rows.forEach((row) => row.retry()));
  document.addEventListener("temis:session-back", () => rows.forEach((row) => row.retry()));
  window.addEventListener("beforeunload", (event) => {
    if ([...rows.values()].some((row) => row.isWaiting)) event.preventDefault();
  });
})();
