// Asks the server to clean text from other programs, and to read Word documents. `window.pasting.ask` takes
// {html} or {document}, and answers {html, sentence} or {problem}.
"use strict";

(() => {
  const { address } = document.currentScript.dataset;
  const UNREACHABLE = "The server could not be reached.";

  // Styles and the data of pictures are most of what Word and LibreOffice copy, and mean nothing here.
  const lighter = (html) =>
    html
      .replace(/<style\b[\s\S]*?<\/style>/gi, "")
      .replace(/(\ssrc\s*=\s*["']?)data:[^"'\s>]*/gi, "$1");

  const ask = async ({ html, document: file }) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    if (file) {
      data.set("document", file);
    } else {
      data.set("html", lighter(html));
    }
    try {
      const response = await fetch(address, { method: "POST", body: data, redirect: "manual", cache: "no-store" });
      if (!response.ok && response.status !== 400) {
        return { problem: UNREACHABLE };
      }
      return await response.json();
    } catch {
      return { problem: UNREACHABLE };
    }
  };

  window.pasting = { ask };
})();
