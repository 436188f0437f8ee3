// Says below a text how long it is, and how long it should be. `data-least` and `data-most` are characters.
"use strict";

(() => {
  const under = (field, suffix) => {
    const line = document.createElement("p");
    Object.assign(line, { className: "under", id: `${field.id}_${suffix}` });
    (field.closest(".field") ?? field.parentElement).append(line);
    return line;
  };

  const describe = (element, line) => {
    const known = element.getAttribute("aria-describedby") ?? "";
    element.setAttribute("aria-describedby", `${known} ${line.id}`.trim());
  };

  const count = (field) => {
    const line = under(field, "count");
    const least = Number(field.dataset.least ?? 0);
    const most = Number(field.dataset.most);
    const bounds = least ? `${least} to ${most}` : `at most ${most}`;
    const show = () => {
      const { length } = field.value.trim();
      line.textContent = `${length} of ${bounds} characters`;
      line.classList.toggle("is-over", length > most || (length > 0 && length < least));
    };
    field.addEventListener("input", show);
    field.addEventListener("change", show);
    describe(field, line);
    show();
  };

  const words = ({ editor, textarea }) => {
    const line = under(textarea, "words");
    const show = () => {
      const text = editor.getText({ blockSeparator: "\n" }).trim();
      const number = text ? text.split(/\s+/).length : 0;
      line.textContent = `${number} ${number === 1 ? "word" : "words"}`;
    };
    editor.on("update", show);
    show();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-most]").forEach(count);
  });
  document.addEventListener("prose-editor:ready", ({ detail }) => words(detail));
})();
