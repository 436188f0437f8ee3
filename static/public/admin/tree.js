// The tree of the first page: it is filtered while one types, and branches that the page does not hold are read when
// they are opened. Without this script, “Find” and the links do the same.
"use strict";

{
  const address = document.currentScript.dataset.address;
  const pauseBeforeAsking = 200;
  const filter = document.querySelector("[data-tree-filter]");
  const words = document.getElementById("filter");
  let waiting = 0;
  let asked = null;

  async function read(query, signal) {
    const response = await fetch(`${address}?${query}`, { credentials: "same-origin", signal });
    if (!response.ok || response.redirected) throw new Error(`The tree answered ${response.status}`);
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  function show(page) {
    for (const id of ["tree", "tree-says"]) {
      const fresh = document.importNode(page.getElementById(id), true);
      document.getElementById(id).replaceChildren(...fresh.childNodes);
    }
  }

  async function find() {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const query = new URLSearchParams(new FormData(filter));
    if (!words.value.trim()) query.delete("q");
    const tree = document.getElementById("tree");
    tree.setAttribute("aria-busy", "true");
    try {
      const page = await read(query, signal);
      if (signal.aborted) return;
      show(page);
      const shown = query.toString();
      history.replaceState(null, "", shown ? `?${shown}` : location.pathname);
    } catch (problem) {
      // The form still works: “Find” shows what went wrong.
      if (problem.name !== "AbortError") {
        document.getElementById("tree-says").textContent = "The list could not be read. Press “Find” to try again.";
      }
    } finally {
      if (!signal.aborted) tree.removeAttribute("aria-busy");
    }
  }

  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, pauseBeforeAsking);
  });

  // A branch is opened.
  document.addEventListener(
    "toggle",
    async (event) => {
      const branch = event.target;
      const unit = branch.dataset?.below;
      if (!unit || !branch.open || branch.getAttribute("aria-busy")) return;
      branch.setAttribute("aria-busy", "true");
      try {
        const page = await read(new URLSearchParams({ below: unit }), null);
        const below = page.querySelector("#tree > .tree > li > details > ul");
        if (below) {
          branch.querySelector(".tree__more").replaceWith(document.importNode(below, true));
          delete branch.dataset.below;
        }
      } catch {
        // The link in the branch leads to the same units.
      } finally {
        branch.removeAttribute("aria-busy");
      }
    },
    true,
  );
}
