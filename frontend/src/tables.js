// table[data-keys]      quick work by keyboard: ↑ ↓ go to the same column of the next row; ← → to the next cell (inside a level
//                       picker they change the level, as radio buttons do); Home, End to the first and last row;
//                       C, Đ or D, K, T (or 1 to 4) choose the level of the row in which the focus is;
//                       Enter presses the row's [data-row-action], if there is one, and goes to the next row.
// Cells without a control of their own can be reached by the arrows, not by Tab.
import { on } from "./dom.js";

const CONTROL = "a[href], button:not(:disabled), select, textarea, input:not([type=hidden], :disabled)";
const LEVELS = { c: "CD", d: "D", đ: "D", k: "K", t: "T", 1: "CD", 2: "D", 3: "K", 4: "T" };
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

on("keydown", "table[data-keys] tbody td, table[data-keys] tbody th", (event, cell) => {
  if (event.altKey || event.ctrlKey || event.metaKey || isWriting(event.target)) return;
  if (choose(event, cell) || move(event, cell) || act(event, cell)) event.preventDefault();
});

const isWriting = (target) => target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
const rowsOf = (row) => [...row.parentElement.rows].filter((one) => !one.hidden);

function choose(event, cell) {
  const code = LEVELS[event.key.toLowerCase()];
  const picker = cell.querySelector(".picker") ?? cell.parentElement.querySelector(".picker");
  const radio = code && picker?.querySelector(`#${CSS.escape(picker.id.replace(/_field$/, ""))}_${code}`);
  if (!radio || radio.disabled) return false;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

function move(event, cell) {
  const rows = rowsOf(cell.parentElement);
  const index = rows.indexOf(cell.parentElement);
  if (event.key === "Home") return enter(rows[0].cells[cell.cellIndex]);
  if (event.key === "End") return enter(rows[rows.length - 1].cells[cell.cellIndex]);
  const by = MOVES[event.key];
  if (!by || (by[1] && event.target.matches("[type=radio]"))) return false;
  return enter(rows[index + by[0]]?.cells[cell.cellIndex + by[1]]);
}

function act(event, cell) {
  const button = cell.parentElement.querySelector("[data-row-action]");
  if (event.key !== "Enter" || !button || event.target.matches("a, button")) return false;
  button.click();
  const rows = rowsOf(cell.parentElement);
  enter(rows[rows.indexOf(cell.parentElement) + 1]?.cells[cell.cellIndex]);
  return true;
}

function enter(cell) {
  if (!cell) return false;
  const control = cell.querySelector("[type=radio]:checked") ?? cell.querySelector(CONTROL);
  if (!control) cell.tabIndex = -1;
  (control ?? cell).focus();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}
