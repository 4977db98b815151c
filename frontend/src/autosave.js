// form[data-autosave]             saved while typing. Sent as a POST of all its fields and `revision`, one higher than the
//                                 last one, with the headers X-Autosave and HX-Request. The server keeps the highest revision
//                                 and answers 2xx (saved), 409 (it has a newer one), 422 (refused, with a fragment that says
//                                 what to do), 401 or 403 (session ended), 503 (too many at once: { received_at, number } of the receipt
//                                 that it gives, a cookie that counts for the deadline).
//   data-autosave="local"         never sent: kept on this device until the form itself is sent (anonymous opinions)
//   data-autosave-url="/…"        where to, if not the form's own action
//   data-autosave-key="…"         name of the draft, if not the address of the page
//   data-revision="7"             the revision that the server has
// [data-save-state]               the indicator (<c-indicator-save>): its texts, its state
// [data-draft-newer]              shown when this device has text that was never sent and the server has gone on; with
//                                 buttons [data-draft-use] and [data-draft-drop]
// [data-forget-drafts]            a logout button: nothing that was typed stays on this device; asks first if anything is unsent
//
// What was typed goes to IndexedDB before it is sent and leaves it when the server has confirmed it, so that a lost
// connection, a closed tab or an ended session loses nothing. Drafts are kept under the user's key: another person on the
// same device never gets to see them.
import { clock, csrfToken, enhance, fill, on, userKey } from "./dom.js";
import * as drafts from "./drafts.js";
import * as fields from "./fields.js";
import { sessionEnded } from "./session.js";

const PAUSE = 800; // after the last key
const RETRIES = [5, 15, 30, 60]; // seconds

class Autosave {
  constructor(form) {
    this.form = form;
    this.isLocal = form.dataset.autosave === "local";
    this.key = form.dataset.autosaveKey || location.pathname;
    this.revision = Number(form.dataset.revision || 0);
    this.tries = 0;
    this.changes = 0;
    for (const type of ["input", "change"]) form.addEventListener(type, (event) => this.changed(event));
    form.addEventListener("submit", () => this.submitted());
    form.addEventListener("htmx:afterRequest", (event) => event.target === form && event.detail.successful && this.finish());
    for (const type of ["online", "focus"]) window.addEventListener(type, () => this.retry());
    document.addEventListener("temis:session-back", () => this.retry());
    window.addEventListener("pagehide", () => this.isDirty && this.keep());
    this.restore();
  }

  async restore() {
    const draft = await drafts.find(userKey(), this.key).catch(() => this.say("lost"));
    if (!draft) return;
    const isSame = JSON.stringify(draft.fields) === JSON.stringify(fields.read(this.form));
    if (isSame && this.isLocal) this.say("kept", draft.at);
    else if (isSame) drafts.forget(userKey(), this.key);
    else if (this.isLocal || draft.base >= this.revision) this.take(draft);
    else this.offer(draft);
  }

  take(draft) {
    fields.write(this.form, draft.fields);
    this.say("restored", draft.at);
    this.form.dispatchEvent(new CustomEvent("temis:restored", { bubbles: true }));
    if (!this.isLocal) this.changed();
  }

  /** Somewhere else somebody went on: the person decides. */
  offer(draft) {
    const notice = this.form.querySelector("[data-draft-newer]");
    if (!notice) return this.say("conflict");
    notice.hidden = false;
    notice.addEventListener("click", (event) => {
      const use = event.target.closest("[data-draft-use]");
      if (!use && !event.target.closest("[data-draft-drop]")) return;
      notice.hidden = true;
      if (use) this.take(draft);
      else drafts.forget(userKey(), this.key);
    });
  }

  changed(event) {
    if (event?.target.matches("[data-no-draft], [type=file]")) return;
    this.changes += 1;
    this.isDirty = true;
    if (!this.isLocal) this.say("saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async keep() {
    const draft = { fields: fields.read(this.form), base: this.revision, at: Date.now() };
    return drafts.keep(userKey(), this.key, draft).then(
      () => true,
      () => false,
    );
  }

  async save() {
    if (this.isSending || !this.isDirty) return;
    const isKept = await this.keep();
    if (this.isLocal) {
      this.isDirty = !isKept;
      return this.say(isKept ? "kept" : "lost");
    }
    this.isSending = true;
    const sent = this.changes;
    const answer = await this.send();
    this.isSending = false;
    await this.handle(answer, sent, isKept);
  }

  async send() {
    const body = new URLSearchParams(fields.read(this.form)); // quicker to take apart than parts of a message
    body.append("revision", String(this.revision + 1));
    const headers = { "X-CSRFToken": csrfToken(), "X-Autosave": "1", "HX-Request": "true", "HX-Current-URL": location.href };
    const url = this.form.dataset.autosaveUrl || this.form.action;
    try {
      return await fetch(url, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
    } catch {
      return null;
    }
  }

  async handle(answer, sent, isKept) {
    if (answer?.ok) return this.saved(sent);
    if ([401, 403].includes(answer?.status) || answer?.type === "opaqueredirect") {
      this.say(isKept ? "unsent" : "lost");
      return sessionEnded();
    }
    if (answer?.status === 409) return this.say("conflict");
    if (answer && answer.status >= 400 && answer.status < 500) return this.refused(answer);
    const receipt = answer?.status === 503 ? await answer.json().catch(() => null) : null;
    if (receipt && isKept) this.say("busy", receipt.received_at, receipt.number);
    else this.say(isKept ? "unsent" : "lost");
    this.later(Number(answer?.headers.get("Retry-After")) || 0);
  }

  /** Never all at the same moment: a server that was too busy would be again. */
  later(asked) {
    const wait = Math.max(asked, RETRIES[Math.min(this.tries++, RETRIES.length - 1)]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait * 1000 * (0.75 + Math.random() / 2));
  }

  async saved(sent) {
    this.tries = 0;
    this.revision += 1;
    this.form.dataset.revision = this.revision;
    const own = this.form.elements.namedItem("revision");
    if (own) own.value = this.revision;
    if (this.changes !== sent) return this.save(); // more was typed meanwhile
    this.isDirty = false;
    await drafts.forget(userKey(), this.key).catch(() => {});
    this.say("saved");
  }

  async refused(answer) {
    this.say("failed");
    const place = document.getElementById("messages");
    const type = answer.headers.get("Content-Type") ?? "";
    if (!place || !type.startsWith("text/html") || answer.status !== 422) return;
    place.replaceChildren(...new DOMParser().parseFromString(await answer.text(), "text/html").body.children);
  }

  retry() {
    if (!this.isDirty || this.isLocal) return;
    clearTimeout(this.timer);
    this.save();
  }

  /** The form itself is sent: its draft goes once the next page shows that it arrived (`clearSubmitted`). */
  async submitted() {
    clearTimeout(this.timer);
    this.isDirty = false;
    const draft = { fields: fields.read(this.form), base: this.revision, at: Date.now(), submitted: location.href };
    await drafts.keep(userKey(), this.key, draft).catch(() => {});
  }

  async finish() {
    this.isDirty = false;
    await drafts.forget(userKey(), this.key).catch(() => {});
  }

  say(state, at, number) {
    const place = this.form.querySelector("[data-save-state]") ?? document.querySelector("[data-save-state]");
    if (!place) return;
    const name = `text${state[0].toUpperCase()}${state.slice(1)}`;
    place.dataset.saveState = state;
    const text = fill(place.dataset[name] ?? "", { time: clock(at ? new Date(at) : new Date()), number });
    const target = place.querySelector("[data-save-text]");
    if (target.textContent !== text) target.textContent = text;
  }
}

/** A page that answers a sent form (it names the form's page as where it came from, does not show it again and says of
 *  itself no <meta name="refused">). */
async function clearSubmitted() {
  if (document.querySelector('meta[name="refused"]')) return; // the answer was that nothing was done
  for (const draft of await drafts.ofUser(userKey())) {
    if (draft.submitted && draft.submitted === document.referrer && draft.submitted !== location.href) {
      await drafts.forget(draft.user, draft.key);
    }
  }
}

enhance("form[data-autosave]", (form) => new Autosave(form));
if (userKey()) {
  clearSubmitted().catch(() => {});
  drafts.dropOld().catch(() => {});
}

on("click", "[data-forget-drafts]", async (event, button) => {
  if (button.dataset.forgotten) return;
  event.preventDefault();
  const unsent = await drafts.ofUser(userKey()).catch(() => []);
  if (unsent.length && !window.confirm(button.dataset.textUnsent)) return;
  await drafts.forgetUser(userKey()).catch(() => {});
  button.dataset.forgotten = "1";
  button.click();
});
