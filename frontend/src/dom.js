// Small words that the modules share.

/** Handle an event of all present and future elements that match. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target.closest?.(selector);
      if (element) handler(event, element);
    },
    options,
  );
}

/** Run once for each element that matches: now, and for every piece that htmx puts in later. */
export function enhance(selector, handler) {
  const known = new WeakSet();
  const meet = (element) => {
    if (known.has(element)) return;
    known.add(element);
    handler(element);
  };
  const run = (root) => {
    if (root.matches?.(selector)) meet(root);
    root.querySelectorAll?.(selector).forEach(meet);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.target));
}

/** "Đã lưu lúc {time}" with its values. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** 20:14 */
export function clock(moment = new Date()) {
  return moment.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hour12: false });
}

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

/** Who is logged in; drafts are kept under it. Empty for visitors. */
export const userKey = () => meta("user-key");

/** The token of the cookie is newer than that of the page when somebody logged in again in another tab. */
export function csrfToken() {
  return document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? meta("csrf-token");
}
