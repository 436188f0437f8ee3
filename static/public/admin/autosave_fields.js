// Reads a staff form into plain data, and writes the data back into a form. Hidden fields are written back
// too, so the server compares the form with its opening values.
"use strict";

(() => {
  const NEVER_KEPT = ["password", "file", "submit", "button", "reset", "image"];
  const editors = new Map();
  document.addEventListener("prose-editor:ready", ({ detail }) => {
    editors.set(detail.textarea, detail.editor);
  });

  const isKept = (element) =>
    element.name &&
    !element.disabled &&
    !element.name.startsWith("_") &&
    !element.name.includes("__prefix__") &&
    !["csrfmiddlewaretoken", "autosave_number"].includes(element.name) &&
    !NEVER_KEPT.includes(element.type) &&
    !element.closest(".actions");

  const kindOf = (element) => {
    if (element.type === "hidden") {
      return "hidden";
    }
    if (["checkbox", "radio"].includes(element.type)) {
      return "choice";
    }
    return element.options ? "select" : "text";
  };

  const elementsOf = (form, name) =>
    [...form.elements].filter((element) => element.name === name && isKept(element));

  const labelOf = (form, element) => {
    const legend =
      kindOf(element) === "choice" &&
      elementsOf(form, element.name).length > 1 &&
      element.closest("fieldset:not(.module)")?.querySelector("legend");
    const label =
      legend ||
      (element.id && form.querySelector(`label[for="${CSS.escape(element.id)}"]`)) ||
      // For a field outside its form.
      element.labels?.[0];
    const words = label ? label.textContent : (element.getAttribute("aria-label") ?? element.name);
    const table = element.closest(".inline-group")?.querySelector("h2")?.textContent ?? "";
    return [table, words].map((part) => part.trim().replace(/:$/, "")).filter(Boolean).join(": ");
  };

  const valuesOf = (element) => {
    switch (kindOf(element)) {
      case "choice":
        return element.checked ? [element.value] : [];
      case "select":
        return [...element.selectedOptions].map((option) => option.value);
      default:
        return [element.value];
    }
  };

  // Returns [{name, kind, label, values, words}], where words are the names of chosen options.
  const read = (form) => {
    const fields = new Map();
    for (const element of [...form.elements].filter(isKept)) {
      const field = fields.get(element.name) ?? {
        name: element.name,
        kind: kindOf(element),
        label: kindOf(element) === "hidden" ? "" : labelOf(form, element),
        values: [],
        words: [],
      };
      field.values.push(...valuesOf(element));
      field.words.push(...[...(element.selectedOptions ?? [])].map((option) => option.text));
      fields.set(element.name, field);
    }
    return [...fields.values()];
  };

  const isSame = (one, other) =>
    JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

  // Returns the labels of typed fields that differ from the shown form.
  const differences = (kept, shown) => {
    const now = new Map(shown.map((field) => [field.name, field.values]));
    const labels = kept
      .filter((field) => field.isTyped && !isSame(field.values, now.get(field.name) ?? [""]))
      .map((field) => field.label);
    return [...new Set(labels)];
  };

  const tellOthers = (element) => {
    for (const type of ["input", "change"]) {
      element.dispatchEvent(new Event(type, { bubbles: true }));
    }
    // The stock lookup fields react only to jQuery's events.
    window.django?.jQuery?.(element).trigger("change");
  };

  const choose = (select, field) => {
    for (const [index, value] of field.values.entries()) {
      if (![...select.options].some((option) => option.value === value)) {
        select.add(new Option(field.words[index], value));
      }
    }
    for (const option of select.options) {
      option.selected = field.values.includes(option.value);
    }
  };

  const write = (form, field) => {
    for (const element of elementsOf(form, field.name)) {
      const kind = kindOf(element);
      if (kind === "choice") {
        element.checked = field.values.includes(element.value);
      } else if (isSame(valuesOf(element), field.values)) {
        continue;
      } else if (kind === "select") {
        choose(element, field);
      } else {
        element.value = field.values[0];
        editors.get(element)?.commands.setContent(field.values[0], { emitUpdate: true });
      }
      tellOthers(element);
    }
  };

  // A hidden field with several values is several elements; an empty one is none.
  const writeHidden = (form, field) => {
    const elements = elementsOf(form, field.name);
    if (elements.length === 1 && field.values.length === 1) {
      elements[0].value = field.values[0];
      return;
    }
    for (const element of elements) {
      element.remove();
    }
    for (const value of field.values) {
      const element = document.createElement("input");
      Object.assign(element, { type: "hidden", name: field.name, value });
      form.append(element);
    }
  };

  const prefixesOf = (kept) =>
    kept
      .filter((field) => field.name.endsWith("-TOTAL_FORMS"))
      .map((field) => field.name.slice(0, -"TOTAL_FORMS".length));

  const rowOf = (form, prefix, key) => {
    const element = [...form.elements].find(
      ({ name, value }) => name.startsWith(prefix) && name.endsWith("-id") && value === key,
    );
    return element ? element.name.slice(prefix.length, -"-id".length) : null;
  };

  const newRow = (form, prefix) => {
    const total = () => Number(form.elements[`${prefix}TOTAL_FORMS`].value);
    const isUntouched = (row) =>
      [...form.elements]
        .filter(({ name, type }) => name.startsWith(`${prefix}${row}-`) && type !== "hidden")
        .every((element) => element.value === element.defaultValue);
    for (let row = Number(form.elements[`${prefix}INITIAL_FORMS`].value); row < total(); row += 1) {
      if (isUntouched(row)) {
        return row;
      }
    }
    form.querySelector(`#${CSS.escape(prefix)}group .add-row a`)?.click();
    return total() - 1;
  };

  // A table's rows have no permanent numbers: a row is found by its record, or is new.
  const writeRows = (form, kept, prefix) => {
    const numbers = kept.map(({ name }) => name.startsWith(prefix) && name.slice(prefix.length));
    const rows = new Set(numbers.map((name) => /^(\d+)-/.exec(name || "")?.[1]).filter(Boolean));
    for (const number of rows) {
      const fields = kept.filter(({ name }) => name.startsWith(`${prefix}${number}-`));
      if (!fields.some((field) => field.isTyped)) {
        continue;
      }
      const key = fields.find(({ name }) => name === `${prefix}${number}-id`)?.values[0];
      const found = key ? rowOf(form, prefix, key) : null;
      const row = found ?? newRow(form, prefix);
      for (const field of fields.filter((field) => field.isTyped || found === null)) {
        if (field.kind !== "hidden") {
          write(form, { ...field, name: field.name.replace(/-\d+-/, `-${row}-`) });
        }
      }
    }
  };

  const restore = (form, kept) => {
    const prefixes = prefixesOf(kept);
    const single = kept.filter(({ name }) => !prefixes.some((prefix) => name.startsWith(prefix)));
    // With the form's opening values, the server finds who changed what. Without them, another
    // person's save must stay in the form.
    const isMeasured = single.some(({ name }) => name.startsWith("initial-"));
    for (const field of single.filter(({ kind }) => kind !== "hidden")) {
      if (field.isTyped || isMeasured) {
        write(form, field);
      }
    }
    for (const prefix of prefixes) {
      writeRows(form, kept, prefix);
    }
    if (isMeasured) {
      [...form.elements].filter(({ name }) => name.startsWith("initial-")).forEach((it) => it.remove());
    }
    single.filter(({ kind }) => kind === "hidden").forEach((field) => writeHidden(form, field));
  };

  window.keptFields = { read, isSame, differences, restore };
})();
