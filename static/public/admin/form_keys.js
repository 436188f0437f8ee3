// Ctrl+S saves a form.
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
    }
  });
});
