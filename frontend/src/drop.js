// [data-drop]                    a place to drop files on, around an <input type="file"> (<c-file-drop>)
//   data-max-mb="20"             larger files are refused before they are sent
//   data-text-large, -sending, -failed    what it says, with {name} and {percent}
// [data-drop-files]              the chosen files by name
// progress[data-drop-progress]   how much of them is sent: exact where htmx sends the form, else that it works
import { enhance, fill } from "./dom.js";

enhance("[data-drop]", (place) => {
  const input = place.querySelector('input[type="file"]');
  for (const type of ["dragenter", "dragover"]) {
    place.addEventListener(type, (event) => {
      event.preventDefault();
      place.classList.add("drop--over");
    });
  }
  for (const type of ["dragleave", "drop"]) place.addEventListener(type, () => place.classList.remove("drop--over"));
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    take(input, event.dataTransfer.files);
  });
  input.addEventListener("change", () => show(place, input));
  input.form?.addEventListener("submit", () => input.files.length && progress(place).removeAttribute("value"));
  input.form?.addEventListener("htmx:xhr:progress", (event) => tell(place, event.detail));
  input.form?.addEventListener("htmx:sendError", () => stop(place, place.dataset.textFailed));
});

const progress = (place) => {
  const bar = place.querySelector("[data-drop-progress]");
  bar.hidden = false;
  return bar;
};
const list = (place) => place.querySelector("[data-drop-files]");

function take(input, files) {
  const chosen = new DataTransfer();
  for (const file of input.multiple ? files : [...files].slice(0, 1)) chosen.items.add(file);
  input.files = chosen.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function show(place, input) {
  const limit = Number(place.dataset.maxMb || 0) * 1024 * 1024;
  const large = [...input.files].find((file) => limit && file.size > limit);
  const text = large ? fill(place.dataset.textLarge, { name: large.name }) : "";
  input.setCustomValidity(text);
  place.classList.toggle("drop--invalid", Boolean(large));
  list(place).textContent = text || [...input.files].map((file) => `${file.name} (${size(file.size)})`).join(", ");
}

function size(bytes) {
  const [number, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  return `${number.toLocaleString("vi-VN", { maximumFractionDigits: 1 })} ${unit}`;
}

function tell(place, { lengthComputable, loaded, total }) {
  if (!lengthComputable || !total) return;
  const percent = Math.round((loaded / total) * 100);
  progress(place).value = percent;
  list(place).textContent = fill(place.dataset.textSending, { percent });
}

function stop(place, text) {
  place.querySelector("[data-drop-progress]").hidden = true;
  list(place).textContent = text;
}
