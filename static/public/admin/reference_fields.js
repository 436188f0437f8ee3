// Plain-text fields with references: a button that inserts one at the caret, and a line that says how the text reads.
"use strict";

(() => {
  const EVERY = 500;
  const LABEL = "Refer to a figure or unit";
  const TOKEN = /\{(?:figure|unit|count)\b[^{}]*\}/g;
  const { make } = window.referenceParts;

  const tokenAt = (field) => {
    const caret = field.selectionStart;
    const found = [...field.value.matchAll(TOKEN)].find(
      ({ index, 0: token }) => index <= caret && caret <= index + token.length,
    );
    return found ? { token: found[0], begin: found.index, end: found.index + found[0].length } : null;
  };

  const write = (field, words, begin, end) => {
    field.focus();
    field.setSelectionRange(begin, end);
    // Only this command lets the browser undo the change. It is the same as typing, so all scripts notice it.
    if (!document.execCommand(words ? "insertText" : "delete", false, words)) {
      field.setRangeText(words, begin, end, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  const enhance = (field) => {
    const line = make("div", { class: "reads-as", id: `${field.id}_reads_as`, "aria-live": "polite" });
    const button = make(
      "button",
      { type: "button", class: "button reference-button", title: `${LABEL} (Ctrl+Alt+R)`, "aria-keyshortcuts": "Control+Alt+R" },
      LABEL,
      make("span", { class: "visually-hidden" }, ` in: ${field.labels[0]?.textContent.replace(/:$/, "") ?? field.name}`),
    );
    let timer = 0;
    let shown = "";

    const refuse = (words) => line.replaceChildren(make("p", { class: "reads-as__problem" }, words));

    const read = async () => {
      const text = field.value;
      if (text === shown) {
        return;
      }
      shown = text;
      if (!text.includes("{")) {
        line.replaceChildren();
        return;
      }
      const answer = await window.references.plainText(text);
      if (text !== field.value) {
        return;
      }
      const problems = answer.problems ?? [answer.problem];
      line.replaceChildren(
        ...(answer.words ? [make("p", {}, make("strong", {}, "Reads as: "), answer.words)] : []),
        ...problems.map((words) => make("p", { class: "reads-as__problem" }, words)),
      );
    };

    const open = async () => {
      const { selectionStart, selectionEnd, value } = field;
      const at = tokenAt(field) ?? { token: "", begin: selectionStart, end: selectionEnd };
      const given = at.token ? { token: at.token } : { typed: value.slice(at.begin, at.end) };
      const answer = await window.referenceDialog.open({ ...given, isRich: false });
      field.focus();
      field.setSelectionRange(at.begin, at.end);
      if (!answer) {
        return;
      }
      const token = answer.isRemoved ? "" : answer.token;
      const length = value.length - (at.end - at.begin) + token.length;
      if (field.maxLength > 0 && length > field.maxLength) {
        refuse(`The field has room for ${field.maxLength} characters, and this would make ${length}. Shorten the text first.`);
        return;
      }
      write(field, token, at.begin, at.end);
      read();
    };

    button.addEventListener("click", open);
    field.addEventListener("keydown", (event) => {
      if (event.ctrlKey && event.altKey && event.code === "KeyR") {
        event.preventDefault();
        open();
      }
    });
    for (const type of ["input", "change"]) {
      field.addEventListener(type, () => {
        clearTimeout(timer);
        timer = setTimeout(read, EVERY);
      });
    }
    const described = field.getAttribute("aria-describedby") ?? "";
    field.setAttribute("aria-describedby", `${described} ${line.id}`.trim());
    field.after(button, line);
    read();
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-holds-references]").forEach(enhance);
  });
})();
