// Warns before a form with unsaved changes is left. The rich-text editor writes into its text area as
// one types, so comparing the fields covers it; a form sent back with errors counts as changed.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".change-form #content-main > form");
  if (!form) {
    return;
  }
  const written = () =>
    JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));
  const cameBackWithErrors = form.querySelector(".errornote") !== null;
  let before = null;
  let isSubmitted = false;

  // Taken when the editor first touches the form, when the rich-text editors are in place.
  const remember = () => {
    before ??= written();
  };
  form.addEventListener("focusin", remember);
  form.addEventListener("pointerdown", remember);
  form.addEventListener("autosave:restore", remember);
  form.addEventListener("submit", () => {
    isSubmitted = true;
  });
  // Whoever signs out has been asked already.
  document.addEventListener("autosave:forget", () => {
    isSubmitted = true;
  });

  window.addEventListener("beforeunload", (event) => {
    if (isSubmitted) {
      return;
    }
    if (cameBackWithErrors || (before !== null && written() !== before)) {
      event.preventDefault();
    }
  });
});
