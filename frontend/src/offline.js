// [data-offline]  is shown while there is no connection.
const show = () => document.querySelectorAll("[data-offline]").forEach((bar) => (bar.hidden = navigator.onLine));

window.addEventListener("online", show);
window.addEventListener("offline", show);
show();
