// Gives each rich-text box the name, the help text and the error state of its field, and says which buttons of its
// menu can do nothing at the caret.
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

  // The editor says it by a class alone.
  const sayState = (button) => {
    button.setAttribute("aria-disabled", String(button.classList.contains("disabled")));
  };

  const states = new MutationObserver((changes) => {
    for (const { target } of changes) {
      if (target.matches(".prose-menubar__button[data-name]")) {
        sayState(target);
      }
    }
  });
  const watched = new WeakSet();
  const watch = (menu) => {
    if (!watched.has(menu)) {
      watched.add(menu);
      menu.querySelectorAll(".prose-menubar__button[data-name]").forEach(sayState);
      states.observe(menu, { subtree: true, attributeFilter: ["class"] });
    }
  };

  const enhanceAll = () => {
    document.querySelectorAll(".prose-editor .ProseMirror[contenteditable]").forEach(name);
    document.querySelectorAll(".prose-editor .prose-menubar").forEach(watch);
  };

  document.addEventListener("DOMContentLoaded", () => {
    enhanceAll();
    // The editors are modules, which load after the page.
    new MutationObserver(enhanceAll).observe(document.body, { childList: true, subtree: true });
  });
})();
