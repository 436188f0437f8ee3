// References to records in the rich-text editor: each is one piece of text that shows its words of now.
import { Node, pm } from "django-prose-editor/editor";

const { Plugin, NodeSelection } = pm.state;
const { Decoration, DecorationSet } = pm.view;
const { DOMSerializer } = pm.model;
const { references, referenceDialog } = window;

const SHORTCUT = "Ctrl-Alt-r";
const LABEL = "Refer to a figure or unit";
// More selected text than this is no name of a record.
const LONGEST_SELECTION = 100;

const wordsOf = (data) => references.read(data)?.words ?? references.storedWordsOf(data);

const capitalized = (words, data) => (data.unit ? words : words.charAt(0).toUpperCase() + words.slice(1));

// The server's rule: “U.S.” and “e.g.” end no sentence.
const beginsSentence = (before) => {
  const words = before.trimEnd();
  if (!words) {
    return true;
  }
  const sentence = words.replace(/["'”’)]+$/, "");
  if (words === before || !/[.?!]$/.test(sentence)) {
    return false;
  }
  const last = sentence.split(/\s+/).at(-1);
  return !sentence.endsWith(".") || !(last.slice(0, -1).includes(".") || last.replace(/^[“(]+/, "").length <= 2);
};

const textBefore = (parent, offset) => {
  const before = parent.textBetween(0, offset, "", (leaf) => (leaf.type.name === "hardBreak" ? "\n" : "…"));
  return before.slice(before.lastIndexOf("\n") + 1);
};

// Marks the references that begin a sentence.
const decorate = ({ doc }) => {
  const found = [];
  doc.descendants((node, position, parent) => {
    if (node.type.name === "reference") {
      const { parentOffset } = doc.resolve(position);
      if (beginsSentence(textBefore(parent, parentOffset))) {
        found.push(Decoration.node(position, position + 1, {}, { beginsSentence: true }));
      }
    }
  });
  return DecorationSet.create(doc, found);
};

class ReferenceView {
  constructor({ node, decorations }) {
    this.dom = document.createElement("span");
    this.dom.className = "reference";
    this.dom.contentEditable = "false";
    this.dom.setAttribute("role", "group");
    this.dom.setAttribute("aria-roledescription", "reference");
    this.update(node, decorations);
    this.stop = references.watch(() => this.show());
  }

  update(node, decorations) {
    if (node.type.name !== "reference") {
      return false;
    }
    this.data = node.attrs.data;
    this.begins = decorations.some(({ spec }) => spec.beginsSentence);
    this.show();
    return true;
  }

  show() {
    const known = references.read(this.data);
    const words = wordsOf(this.data);
    this.dom.textContent = this.begins && known ? capitalized(words, this.data) : words;
    this.dom.classList.toggle("reference--broken", Boolean(known?.problem));
    this.dom.setAttribute("aria-label", nameOf(this.data, this.dom.textContent));
    this.dom.title = [`Refers to ${known?.record ?? this.dom.textContent}.`, known?.problem || known?.note]
      .filter(Boolean)
      .join(" ");
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.stop();
  }
}

const nameOf = (data, words) => {
  const known = references.read(data);
  const problem = known?.problem ? `. ${known.problem}` : "";
  return `${words}, reference to ${known?.record ?? references.storedWordsOf(data)}${problem}`;
};

// Returns the reference that is selected as a whole, or null.
const selectedReference = ({ selection }) =>
  selection instanceof NodeSelection && selection.node.type.name === "reference" ? selection.node : null;

const openDialog = async (editor) => {
  const { state, view } = editor;
  const { from, to } = state.selection;
  const node = selectedReference(state);
  const selected = state.doc.textBetween(from, to, " ", " ");
  const given = node
    ? { token: references.tokenOf(node.attrs.data), data: node.attrs.data }
    : { typed: selected.length <= LONGEST_SELECTION ? selected : "" };
  const answer = await referenceDialog.open({ ...given, isRich: true });
  view.focus();
  if (!answer) {
    return;
  }
  // Each answer of the dialog is one step of Undo, however soon it follows the one before.
  const tr = pm.history.closeHistory(view.state.tr);
  if (answer.isRemoved) {
    tr.deleteSelection();
  } else if (node) {
    // The caret comes after it, because typing over a selected reference would replace it.
    tr.setNodeMarkup(from, null, { data: answer.data }, node.marks);
    tr.setSelection(pm.state.TextSelection.create(tr.doc, from + 1));
  } else {
    tr.replaceSelectionWith(state.schema.nodes.reference.create({ data: answer.data }));
  }
  view.dispatch(tr.scrollIntoView());
};

let status = null;
const say = (words) => {
  if (!status) {
    status = document.createElement("div");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    document.body.append(status);
  }
  status.textContent = words;
};

// Other programs get the words of now. Their copy has the attributes too, so the reference comes back when it is pasted.
const clipboardSerializer = (schema) =>
  new DOMSerializer(
    {
      ...DOMSerializer.nodesFromSchema(schema),
      reference: ({ attrs: { data } }) => ["span", references.attributesOf(data), wordsOf(data)],
    },
    DOMSerializer.marksFromSchema(schema),
  );

export const Reference = Node.create({
  name: "reference",
  group: "inline",
  inline: true,
  atom: true,
  selectable: true,
  // Before the keys of paragraphs and lists.
  priority: 1000,

  addAttributes() {
    return { data: { default: null, rendered: false } };
  },

  parseHTML() {
    return [
      {
        tag: "span",
        getAttrs: (span) => {
          const data = references.dataOf(span);
          return data ? { data } : false;
        },
      },
    ];
  },

  renderHTML({ node: { attrs } }) {
    return ["span", references.attributesOf(attrs.data), references.storedWordsOf(attrs.data)];
  },

  renderText({ node: { attrs } }) {
    return wordsOf(attrs.data);
  },

  addNodeView() {
    return (properties) => new ReferenceView(properties);
  },

  addKeyboardShortcuts() {
    return {
      [SHORTCUT]: ({ editor }) => {
        openDialog(editor);
        return true;
      },
      Enter: ({ editor }) => {
        const isOn = selectedReference(editor.state) !== null;
        if (isOn) {
          openDialog(editor);
        }
        return isOn;
      },
    };
  },

  addMenuItems({ menu, buttons }) {
    const button = buttons.text("Figure or unit", `${LABEL} (Ctrl+Alt+R)`);
    button.setAttribute("aria-label", LABEL);
    button.setAttribute("aria-keyshortcuts", "Control+Alt+R");
    menu.defineItem({
      name: "reference",
      groups: "link",
      button,
      active: (editor) => selectedReference(editor.state) !== null,
      command: (editor) => openDialog(editor),
    });
  },

  onCreate() {
    // Screen readers notice a region that is there before its words.
    say("");
  },

  onSelectionUpdate() {
    const node = selectedReference(this.editor.state);
    say(node ? `${nameOf(node.attrs.data, wordsOf(node.attrs.data))}. Enter changes it, Delete removes it.` : "");
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          decorations: decorate,
          clipboardSerializer: clipboardSerializer(editor.schema),
          handleClickOn: (view, position, node, nodePosition, event, isDirect) => {
            if (!isDirect || node.type.name !== "reference" || !view.editable) {
              return false;
            }
            view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, nodePosition)));
            openDialog(editor);
            return true;
          },
        },
      }),
    ];
  },
});
