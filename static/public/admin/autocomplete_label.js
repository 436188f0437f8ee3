// Gives the search boxes of the stock multiple-choice widgets the name of their field. Takes the list role
// from the chosen items: they are inside a combobox, so screen readers do not read them as a list.
"use strict";

(() => {
  const correct = (container) => {
    const select = container.previousElementSibling;
    const label = select?.id && document.querySelector(`label[for="${select.id}"]`);
    const search = container.querySelector(".select2-search__field");
    if (label) {
      label.id ||= `${select.id}_label`;
    }
    if (label && search && !search.hasAttribute("aria-labelledby")) {
      search.setAttribute("aria-labelledby", label.id);
    }
    if (label) {
      // The widget's own name is only its chosen value, which may be empty.
      for (const part of container.querySelectorAll("[role=combobox], [role=textbox]")) {
        const value = container.querySelector(".select2-selection__rendered[id]")?.id ?? "";
        const names = part.role === "textbox" ? label.id : `${label.id} ${value}`.trim();
        if (part.getAttribute("aria-labelledby") !== names) {
          part.setAttribute("aria-labelledby", names);
        }
      }
    }
    for (const item of container.querySelectorAll("ul:not([role]), ul:not([role]) > li")) {
      item.setAttribute("role", "none");
    }
    for (const item of container.querySelectorAll("ul[role=none] > li:not([role])")) {
      item.setAttribute("role", "none");
    }
  };
  const correctAll = () => document.querySelectorAll(".select2-container").forEach(correct);

  document.addEventListener("DOMContentLoaded", () => {
    correctAll();
    new MutationObserver(correctAll).observe(document.body, { childList: true, subtree: true });
  });
})();
