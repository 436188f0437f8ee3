// Copies of unsaved text on the editor's device: the newest few of each form, by account, for two weeks.
// The page names the copies that the server has saved or whose records it has deleted; these are deleted.
// The button “Sign out” deletes the account's copies, after a question. The end of a session keeps them.
"use strict";

(() => {
  const PREFIX = "autosave:";
  const MOST_DAYS = 14;
  const MOST_COPIES = 5;
  // Browsers give a site about five million characters.
  const MOST_CHARACTERS = 3000000;

  const { account, confirmed = "" } = document.currentScript.dataset;
  let isForgotten = false;

  const keyOf = (form) => `${PREFIX}${account}:${form}`;

  const keys = () => {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    } catch {
      return [];
    }
  };

  const readKey = (key) => {
    const oldest = Date.now() - MOST_DAYS * 24 * 60 * 60 * 1000;
    try {
      const copies = JSON.parse(localStorage.getItem(key) ?? "[]");
      return copies.filter((copy) => copy.at > oldest && Array.isArray(copy.fields));
    } catch {
      return [];
    }
  };

  // Returns "", or the reason why the write failed: "full" or "off".
  const writeKey = (key, copies) => {
    try {
      if (copies.length) {
        localStorage.setItem(key, JSON.stringify(copies));
      } else {
        localStorage.removeItem(key);
      }
      return "";
    } catch (error) {
      return error.name === "QuotaExceededError" ? "full" : "off";
    }
  };

  const read = (form) => readKey(keyOf(form));

  const removeWhere = (form, isUnwanted) => {
    const copies = read(form);
    const kept = copies.filter((copy) => !isUnwanted(copy));
    if (kept.length < copies.length) {
      writeKey(keyOf(form), kept);
    }
  };

  // Replaces the same page's copy, even if that copy has a later time.
  const put = (form, copy) => {
    if (isForgotten) {
      return "";
    }
    const others = read(form).filter((other) => other.page !== copy.page);
    const copies = [copy, ...others].sort((one, other) => other.at - one.at);
    const failure = writeKey(keyOf(form), copies.slice(0, MOST_COPIES));
    makeRoom(keyOf(form));
    return failure;
  };

  // Deletes the copies of the oldest forms first, and never those of the current form.
  const makeRoom = (current) => {
    const size = (key) => localStorage.getItem(key)?.length ?? 0;
    const newest = (key) => Math.max(0, ...readKey(key).map((copy) => copy.at));
    const others = keys()
      .filter((key) => key !== current)
      .sort((one, other) => newest(other) - newest(one));
    let total = current ? size(current) : 0;
    for (const key of others) {
      total += size(key);
      if (total > MOST_CHARACTERS) {
        writeKey(key, []);
      }
    }
  };

  const tidy = () => {
    for (const key of keys()) {
      writeKey(key, readKey(key));
    }
    makeRoom("");
  };

  const ownForms = () =>
    keys()
      .filter((key) => key.startsWith(keyOf("")) && readKey(key).length)
      .map((key) => key.slice(keyOf("").length));

  // `words` are numbers of saved copies, and names of forms whose records were deleted.
  const settle = (words) => {
    for (const word of words) {
      writeKey(keyOf(word), []);
    }
    for (const form of ownForms()) {
      removeWhere(form, (copy) => words.includes(copy.number));
    }
  };

  const forgetAll = () => {
    isForgotten = true;
    for (const form of ownForms()) {
      writeKey(keyOf(form), []);
    }
  };

  const askBeforeForgetting = (event) => {
    document.dispatchEvent(new CustomEvent("autosave:keep"));
    const count = ownForms().length;
    if (count === 0) {
      return;
    }
    const which = count === 1 ? "one form holds" : `${count} forms hold`;
    const isSure = window.confirm(
      `On this device ${which} text that was not saved. Signing out deletes it, so that nobody else can` +
        " read it here. Sign out and delete it?",
    );
    if (!isSure) {
      event.preventDefault();
      return;
    }
    document.dispatchEvent(new CustomEvent("autosave:forget"));
    // Only once the browser really leaves the page.
    window.addEventListener("pagehide", forgetAll);
    document.addEventListener(
      "input",
      () => window.removeEventListener("pagehide", forgetAll),
      { once: true },
    );
  };

  document.addEventListener("submit", (event) => {
    if (event.target.matches('form[action$="/logout/"]')) {
      askBeforeForgetting(event);
    }
  });

  tidy();
  settle(confirmed.split(" ").filter(Boolean));
  window.keptCopies = { account, put, read, removeWhere };
})();
