// [data-focus]  gets the focus when it appears (the summary of errors, a refusal).
import { enhance } from "./dom.js";

enhance("[data-focus]", (element) => {
  if (!element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus();
});
