// Lists that a button opens (details.drop): Escape and a click elsewhere close them; the menu at the side is open where
// there is room for it.
"use strict";

{
  const openDrops = () => document.querySelectorAll("details.drop[open]");

  document.addEventListener("click", (event) => {
    for (const drop of openDrops()) {
      if (!drop.contains(event.target)) drop.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const drop of openDrops()) {
      const hadFocus = drop.contains(document.activeElement);
      drop.open = false;
      if (hadFocus) drop.querySelector("summary").focus();
    }
  });

  document.addEventListener("focusout", (event) => {
    const drop = event.target.closest?.("details.drop[open]");
    if (drop && event.relatedTarget && !drop.contains(event.relatedTarget)) drop.open = false;
  });
}
