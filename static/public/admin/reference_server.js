// Asks the server for records that texts refer to, and keeps the words of references that the page shows.
"use strict";

(() => {
  const { search, choices, words } = document.currentScript.dataset;
  // The most references that the server answers at once.
  const AT_ONCE = 40;
  const RETRY_AFTER = 30 * 1000;
  const NO_ANSWER = "The site cannot be reached. What you typed stays on this page.";
  const SIGNED_OUT = "The site does not answer. If your session has ended, sign in in another tab and try again.";

  const known = new Map();
  const asked = new Set();
  const queue = [];
  const watchers = new Set();
  let timer = 0;

  // Returns the answer, or {problem} with a sentence for people.
  const ask = async (address, values) => {
    const query = new URLSearchParams(values);
    try {
      const response = await fetch(`${address}?${query}`, { redirect: "manual", cache: "no-store" });
      const isData = response.headers.get("Content-Type")?.startsWith("application/json");
      return isData ? await response.json() : { problem: SIGNED_OUT };
    } catch {
      return { problem: NO_ANSWER };
    }
  };

  // The data attributes of each kind of reference, in the order of the stored form.
  const ATTRIBUTES = {
    figure: ["figure", "form", "digits", "words"],
    unit: ["unit", "words", "linked"],
    count: ["count", "of", "role"],
  };
  const NAMES_IN_TOKEN = { ...ATTRIBUTES, unit: ["unit", "words"] };

  const kindOf = (data) => Object.keys(ATTRIBUTES).find((kind) => data[kind]);

  // Returns the data of a span that is a reference, or null.
  const dataOf = (span) => {
    const kind = kindOf(span.dataset);
    if (!kind) {
      return null;
    }
    const names = ATTRIBUTES[kind].filter((name) => span.dataset[name]);
    return Object.fromEntries(names.map((name) => [name, span.dataset[name]]));
  };

  const attributesOf = (data) =>
    Object.fromEntries(
      ATTRIBUTES[kindOf(data)]
        .filter((name) => data[name])
        .map((name) => [`data-${name}`, data[name]]),
    );

  // Returns the reference as it is written in plain text, which is also its name in questions to the server.
  const tokenOf = (data) => {
    const kind = kindOf(data);
    const parts = NAMES_IN_TOKEN[kind].map((name) => data[name]).filter(Boolean);
    return `{${[kind, ...parts].join(" ")}}`;
  };

  // Returns the words between the tags of the stored form, which readers never see.
  const storedWordsOf = (data) => (data.count ? `${data.count} of ${data.of}` : data[kindOf(data)]);

  // Forgets the references without an answer, so the next look at them asks again.
  const retry = () => {
    [...known].filter(([, answer]) => !answer).forEach(([token]) => known.delete(token));
    watchers.forEach((show) => show());
  };

  const askForWaiting = async () => {
    timer = 0;
    const waiting = queue.splice(0);
    let hasFailed = false;
    for (let begin = 0; begin < waiting.length; begin += AT_ONCE) {
      const some = waiting.slice(begin, begin + AT_ONCE);
      const answer = await ask(words, some.map((token) => ["token", token]));
      hasFailed ||= Boolean(answer.problem);
      for (const token of some) {
        asked.delete(token);
        known.set(token, answer[token] ?? null);
      }
    }
    if (hasFailed) {
      setTimeout(retry, RETRY_AFTER);
    }
    watchers.forEach((show) => show());
  };

  // Returns {words, record, problem, note}, or null if the server has not answered.
  const read = (data) => {
    const token = tokenOf(data);
    if (!known.has(token) && !asked.has(token)) {
      asked.add(token);
      queue.push(token);
      timer ||= setTimeout(askForWaiting);
    }
    return known.get(token) ?? null;
  };

  // Waits until the words of a reference are known, or cannot be.
  const know = (data) =>
    new Promise((resolve) => {
      if (read(data) || known.has(tokenOf(data))) {
        resolve();
        return;
      }
      const stop = watch(() => {
        stop();
        resolve();
      });
    });

  // Calls `show` whenever words have come. Returns a function that ends this.
  const watch = (show) => {
    watchers.add(show);
    return () => watchers.delete(show);
  };

  window.references = {
    search: (typed) => ask(search, { q: typed }),
    choices: (record) => ask(choices, record),
    plainText: (text) => ask(words, { text }),
    dataOf,
    attributesOf,
    tokenOf,
    storedWordsOf,
    read,
    know,
    watch,
  };
})();
