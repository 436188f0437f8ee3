// Gives each rich-text box the name, the help text and the error state of its field.
"use strict";

(() => {
  const name = (box) => {
    const textarea = box.closest(".prose-editor")?.querySelector("textarea[id]");
    if (!textarea || box.hasAttribute("aria-labelledby")) {
      return;
    }
    const label = document.querySelector(`label[for="${textarea.id}"]`);
    if (label) {
      label.id ||= `${textarea.id}_label`;
      box.setAttribute("aria-labelledby", label.id);
      // The text area is hidden, so a click on its label would do nothing.
      label.addEventListener("click", () => box.focus());
    }
    for (const attribute of ["aria-describedby", "aria-invalid"]) {
      if (textarea.hasAttribute(attribute)) {
        box.setAttribute(attribute, textarea.getAttribute(attribute));
      }
    }
    box.setAttribute("aria-multiline", "true");
    box.setAttribute("spellcheck", "true");
  };

  const nameAll = () =>
    document.querySelectorAll(".prose-editor .ProseMirror[contenteditable]").forEach(name);

  document.addEventListener("DOMContentLoaded", () => {
    nameAll();
    // The editors are modules, which load after the page.
    new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
  });
})();
