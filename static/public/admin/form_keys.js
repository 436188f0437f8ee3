// Keys of a form: Ctrl+S saves, Escape closes an open menu.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const save = document.querySelector(".change-form #content-main > form .submit-row [name=_save]");
  save?.setAttribute("aria-keyshortcuts", "Control+S Meta+S");

  document.addEventListener("keydown", (event) => {
    const isSave = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    if (isSave && event.key.toLowerCase() === "s" && save) {
      event.preventDefault();
      if (!event.repeat) {
        save.click();
      }
      return;
    }
    const menu = event.key === "Escape" && document.querySelector("details.drop[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.drop[open]")) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });
});
