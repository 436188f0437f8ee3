// Text pasted from another program, or read from a Word document, becomes clean structure. One line says what of it
// could not stay. The server cleans it, by the rules by which it saves.
import { Extension, pm } from "django-prose-editor/editor";

const { Plugin } = pm.state;
const { pasting } = window;

const LARGEST = 2 * 1024 * 1024;
// ProseMirror marks what it copies itself, which is clean.
const OWN = "data-pm-slice";

const lineOf = (view) => {
  const field = view.dom.closest(".field") ?? view.dom.closest(".prose-editor").parentElement;
  let line = field.querySelector(".paste-note");
  if (!line) {
    line = document.createElement("p");
    line.className = "under paste-note";
    line.setAttribute("role", "status");
    field.append(line);
  }
  return line;
};

const say = (view, words) => {
  lineOf(view).textContent = words;
};

// What is put in by the server's answer passes by `handlePaste` again.
let isClean = false;
const put = (view, html) => {
  isClean = true;
  try {
    view.pasteHTML(html);
  } finally {
    isClean = false;
  }
};

const pasteClean = async (view, html, plain) => {
  say(view, "Cleaning what you pasted…");
  const answer = await pasting.ask({ html });
  if (view.isDestroyed) {
    return;
  }
  if (answer.problem) {
    // The words are there in any case.
    isClean = true;
    try {
      view.pasteText(plain);
    } finally {
      isClean = false;
    }
    say(view, `${answer.problem} The words are in, without lists, headings and links.`);
    return;
  }
  put(view, answer.html);
  say(view, answer.sentence);
};

const readDocument = async (view, file) => {
  if (file.size > LARGEST) {
    say(view, "The document has more than 2 MB. Take its pictures out, save it, and try again.");
    return;
  }
  say(view, `Reading “${file.name}”…`);
  const answer = await pasting.ask({ document: file });
  if (answer.problem) {
    say(view, answer.problem);
  } else if (answer.html) {
    put(view, answer.html);
    say(view, answer.sentence || `The text of “${file.name}” is in.`);
  } else {
    say(view, `“${file.name}” has no text.`);
  }
  view.focus();
};

const chooseDocument = (view) => {
  const field = document.createElement("input");
  Object.assign(field, { type: "file", accept: ".docx" });
  field.addEventListener("change", () => field.files[0] && readDocument(view, field.files[0]));
  field.click();
};

export const Pasting = Extension.create({
  name: "pasting",

  addMenuItems({ menu, buttons }) {
    if (!pasting) {
      return;
    }
    const button = buttons.text("Word document", "Put in the text of a Word document (.docx)");
    menu.defineItem({
      name: "document",
      groups: "link",
      button,
      command: (editor) => chooseDocument(editor.view),
    });
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          handlePaste: (view, event) => {
            const html = event.clipboardData?.getData("text/html");
            if (!pasting || isClean || !html || html.includes(OWN)) {
              return false;
            }
            pasteClean(view, html, event.clipboardData.getData("text/plain"));
            return true;
          },
        },
      }),
    ];
  },
});
