// What was typed and not yet confirmed by the server, in IndexedDB: one draft per user and form.
// A draft: { id, user, key, fields: [[name, value], …], base: revision it started from, at, submitted }.
// Drafts that nobody came back to are dropped after thirty days.
import { openDB } from "idb";

const KEPT_FOR = 30 * 24 * 3600 * 1000;

const store = openDB("temis", 1, {
  upgrade: (db) => db.createObjectStore("drafts", { keyPath: "id" }),
});

const id = (user, key) => `${user}|${key}`;

export async function keep(user, key, draft) {
  await (await store).put("drafts", { ...draft, id: id(user, key), user, key });
}

export async function find(user, key) {
  return (await store).get("drafts", id(user, key));
}

export async function forget(user, key) {
  await (await store).delete("drafts", id(user, key));
}

export async function ofUser(user) {
  return (await (await store).getAll("drafts")).filter((draft) => draft.user === user);
}

export async function forgetUser(user) {
  for (const draft of await ofUser(user)) await (await store).delete("drafts", draft.id);
}

export async function dropOld(now = Date.now()) {
  for (const draft of await (await store).getAll("drafts")) {
    if (now - draft.at > KEPT_FOR) await (await store).delete("drafts", draft.id);
  }
}
