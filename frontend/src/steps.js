// [data-steps]        one [data-step] per screen on a phone, all of them on a PC (<c-stepper>); the same form for both
//   data-text-previous, -next, -label, -of    what the bar says, with {n} and {total}
// A link to a field (#c5_field) opens the step in which it stands.
import { enhance } from "./dom.js";

const narrow = window.matchMedia("(max-width: 767.98px)");

class Steps {
  constructor(place) {
    this.place = place;
    this.steps = [...place.querySelectorAll(":scope > [data-step]")];
    if (this.steps.length < 2) return;
    this.bar = this.makeBar();
    place.append(this.bar);
    place.classList.add("steps--on");
    this.show(this.firstOpen(), { quiet: true });
    window.addEventListener("hashchange", () => this.follow(location.hash));
    document.addEventListener("click", (event) => {
      const link = event.target.closest('a[href^="#"]');
      if (link) this.follow(link.hash);
    });
    place.addEventListener("invalid", (event) => this.reveal(event.target), true);
  }

  /** The first one with an error, else the first one without an answer. */
  firstOpen() {
    const wrong = this.steps.findIndex((step) => step.querySelector(".picker--invalid, .field--invalid"));
    if (wrong >= 0) return wrong;
    const open = this.steps.findIndex((step) => step.querySelector("[type=radio]") && !step.querySelector(":checked"));
    return Math.max(open, 0);
  }

  makeBar() {
    const { textPrevious, textNext } = this.place.dataset;
    const bar = document.createElement("div");
    bar.className = "steps__bar";
    this.previous = this.button(textPrevious, "btn-outline-primary", -1);
    this.next = this.button(textNext, "btn-primary", 1);
    this.count = document.createElement("span");
    this.count.className = "tabular";
    this.count.setAttribute("role", "status");
    bar.append(this.previous, this.count, this.next);
    return bar;
  }

  button(text, look, by) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `btn ${look}`;
    button.textContent = text;
    button.addEventListener("click", () => this.show(this.current + by));
    return button;
  }

  show(index, { quiet = false } = {}) {
    this.current = Math.min(Math.max(index, 0), this.steps.length - 1);
    this.steps.forEach((step, number) => step.classList.toggle("is-current", number === this.current));
    this.previous.disabled = this.current === 0;
    this.next.disabled = this.current === this.steps.length - 1;
    const { textOf, textLabel } = this.place.dataset;
    const place = textOf.replace("{n}", this.current + 1).replace("{total}", this.steps.length);
    this.count.textContent = `${textLabel} ${place}`;
    if (!quiet && narrow.matches) this.arrive();
  }

  arrive() {
    const heading = this.steps[this.current].querySelector("legend, h2, h3") ?? this.steps[this.current];
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    this.place.scrollIntoView({ block: "start" });
  }

  follow(hash) {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (target) this.reveal(target);
  }

  reveal(element) {
    const index = this.steps.findIndex((step) => step.contains(element));
    if (index >= 0 && index !== this.current) this.show(index, { quiet: true });
  }
}

enhance("[data-steps]", (place) => new Steps(place));
