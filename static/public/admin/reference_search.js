// The search field of the dialog for references: a combobox with the records found below it.
"use strict";

(() => {
  const EVERY = 200;
  const GROUPS = { figure: "Figures", unit: "Units", count: "Counts of units" };

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children.filter(Boolean));
    return element;
  };

  // `onChoose` gets the chosen record. `say` announces a sentence.
  const makeSearch = ({ onChoose, say }) => {
    const list = make("div", { role: "listbox", id: "reference-records", "aria-label": "Records" });
    const field = make("input", {
      type: "text",
      id: "reference-search",
      class: "vTextField",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: "200",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list.id,
      "aria-describedby": "reference-search-help",
    });
    const element = make(
      "div",
      { class: "reference-dialog__search" },
      make("label", { for: field.id }, "Search"),
      make(
        "p",
        { class: "help", id: "reference-search-help" },
        "By what a figure counts, its number or source, or by the name or acronym of a unit.",
      ),
      field,
      list,
    );
    let options = [];
    let active = -1;
    let timer = 0;
    let question = 0;
    // From a key until the answer to it, the list is of words typed before, so nothing is chosen from it.
    let isWaiting = false;
    let isAsked = false;

    const wait = (isOn) => {
      isWaiting = isOn;
      list.toggleAttribute("data-is-waiting", isOn);
    };

    const activate = (number) => {
      options[active]?.element.setAttribute("aria-selected", "false");
      active = number;
      const option = options[active]?.element;
      option?.setAttribute("aria-selected", "true");
      option?.scrollIntoView({ block: "nearest" });
      if (option) {
        field.setAttribute("aria-activedescendant", option.id);
      } else {
        field.removeAttribute("aria-activedescendant");
      }
    };

    const optionOf = (record, number) => {
      const option = make(
        "div",
        { role: "option", id: `reference-record-${number}`, "aria-selected": "false" },
        make("span", { class: "reference-dialog__name" }, record.name),
        record.state && make("span", { class: "reference-dialog__state" }, record.state),
        make("span", { class: "reference-dialog__detail" }, record.detail),
      );
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => onChoose(record));
      return { element: option, record };
    };

    const show = ({ records = [], hasMore = false, problem = "" }) => {
      options = records.map(optionOf);
      active = -1;
      field.removeAttribute("aria-activedescendant");
      const kinds = [...new Set(records.map(({ kind }) => kind))];
      const groups = kinds.map((kind) => {
        const label = GROUPS[kind];
        const own = options.filter((option) => option.record.kind === kind);
        const heading = make("div", { "aria-hidden": "true", class: "reference-dialog__kind" }, label);
        const elements = own.map((option) => option.element);
        return make("div", { role: "group", "aria-label": label }, heading, ...elements);
      });
      list.replaceChildren(...groups);
      list.scrollTop = 0;
      list.hidden = options.length === 0;
      field.setAttribute("aria-expanded", String(options.length > 0));
      const number = options.length === 1 ? "1 record" : `${options.length} records`;
      const more = hasMore ? " There are more: type another word." : "";
      say(problem || (options.length ? `${number}.${more}` : "No record has all these words."));
    };

    const ask = async () => {
      question += 1;
      const own = question;
      const answer = await window.references.search(field.value);
      // A slower answer to what was typed before is dropped.
      if (own !== question) {
        return;
      }
      wait(false);
      show(answer);
      if (isAsked && options.length) {
        activate(0);
      }
      isAsked = false;
    };

    field.addEventListener("input", () => {
      wait(true);
      question += 1;
      clearTimeout(timer);
      timer = setTimeout(ask, EVERY);
    });
    field.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (isWaiting && (step || event.key === "Enter")) {
        event.preventDefault();
        isAsked = true;
      } else if (step && options.length) {
        event.preventDefault();
        const from = active < 0 && step < 0 ? 0 : active;
        activate((from + step + options.length) % options.length);
      } else if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        const option = options[active] ?? (options.length === 1 ? options[0] : null);
        if (option) {
          onChoose(option.record);
        } else if (options.length) {
          activate(0);
        }
      }
    });

    const begin = (typed) => {
      field.value = typed;
      clearTimeout(timer);
      show({ problem: "Searching…" });
      wait(true);
      ask();
    };

    return { element, field, begin };
  };

  window.referenceParts = { make, makeSearch };
})();
