// Warns before the browser leaves a form with unsaved changes. The rich-text editor writes into its text area
// during typing, so comparing the fields covers it. A form that came back with errors counts as changed.
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

  // Called at the first use of the form, because the rich-text editors are ready by then.
  const remember = () => {
    before ??= written();
  };
  form.addEventListener("focusin", remember);
  form.addEventListener("pointerdown", remember);
  form.addEventListener("autosave:restore", remember);
  form.addEventListener("submit", ({ submitter }) => {
    // A preview in another window leaves this page as it is.
    isSubmitted = submitter?.formTarget !== "_blank";
  });
  // At the sign-out, another script has already asked.
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
