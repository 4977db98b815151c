// What every page loads. Each module stands alone, works on data-attributes (named at its top) and keeps pages usable
// without it. Texts come from the templates; no module holds words of its own.
import "./focus.js";
import "./menus.js";
import "./dialogs.js";
import "./session.js";
import "./submit.js";
import "./autosave.js";
import "./offline.js";
import "./failures.js";
import "./drop.js";
import "./steps.js";
import "./tables.js";
import "./buttons.js";
