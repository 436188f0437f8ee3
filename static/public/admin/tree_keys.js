// Arrow keys in the tree, from one unit's name to the next: up and down move, right unfolds, left folds or goes to the
// unit above. Tab still stops at every link.
"use strict";

{
  const nameOf = (item) => item.querySelector(":scope > .node .node__name");
  const branchOf = (item) => item.querySelector(":scope > details");

  function visibleNames() {
    return [...document.querySelectorAll("#tree .node__name")].filter((name) => name.checkVisibility());
  }

  const moves = {
    ArrowDown: (name, names) => names[names.indexOf(name) + 1],
    ArrowUp: (name, names) => names[names.indexOf(name) - 1],
    Home: (_name, names) => names[0],
    End: (_name, names) => names.at(-1),
    ArrowRight(name) {
      const branch = branchOf(name.closest("li"));
      if (!branch) return name;
      if (branch.open) return branch.querySelector(".node__name") ?? name;
      branch.open = true;
      return name;
    },
    ArrowLeft(name) {
      const item = name.closest("li");
      const branch = branchOf(item);
      if (branch?.open) {
        branch.open = false;
        return name;
      }
      const above = item.parentElement.closest("li");
      return above ? nameOf(above) : name;
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.id === "filter" && event.key === "ArrowDown") {
      visibleNames()[0]?.focus();
      event.preventDefault();
      return;
    }
    if (!event.target.matches?.("#tree .node__name") || !Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    moves[event.key](event.target, visibleNames())?.focus();
  });
}
