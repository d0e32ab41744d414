// A question before something is done; resolves to true or to the text for yes, to null for no.

const dialog = document.getElementById("ask");

function open(read) {
  return new Promise((resolve) => {
    let answer = null;
    dialog.onclick = (event) => {
      const button = event.target.closest("button[value]");
      if (!button) return;
      if (button.value === "yes") answer = read();
      dialog.close();
    };
    dialog.onclose = () => resolve(answer);
    dialog.showModal();
  });
}

export function confirmed(template) {
  dialog.replaceChildren(template.content.cloneNode(true));
  return open(() => true);
}

export function asked(title, yes, text) {
  const heading = Object.assign(document.createElement("h2"), { textContent: title });
  const field = text === undefined ? null : Object.assign(document.createElement("textarea"), { value: text, rows: 4 });
  field?.setAttribute("aria-label", title);
  const buttons = Object.assign(document.createElement("div"), { className: "buttons" });
  for (const [value, label, look] of [["no", "Cancel", ""], ["yes", yes, field ? "primary" : "danger"]]) {
    buttons.append(Object.assign(document.createElement("button"), { type: "button", value, textContent: label, className: `btn ${look}` }));
  }
  dialog.replaceChildren(heading, ...(field ? [field] : []), buttons);
  return open(() => (field ? field.value : true));
}
