// The composer's list of suggestions: commands after a slash, people after @, channels after #.

const MOST = 8;

function matches(known, field) {
  const before = field.value.slice(0, field.selectionStart);
  const command = before.match(/^\/(\S*)$/);
  if (command && !field.closest("form").dataset.inThread) {
    return known.commands
      .filter(([name]) => name.startsWith(before))
      .map(([name, usage, text]) => ({ put: `${name} `, from: 0, show: name, more: usage, end: text }));
  }
  const mention = before.match(/(?:^|[\s(])([@#])([\w.-]*)$/);
  if (!mention) return [];
  const from = before.length - mention[2].length - 1;
  const typed = mention[2].toLowerCase();
  const list = mention[1] === "@" ? known.people : known.channels;
  return list
    .filter(([name, more]) => name.toLowerCase().startsWith(typed) || (typed && more.toLowerCase().includes(typed)))
    .map(([name, more]) => ({ put: `${mention[1]}${name} `, from, show: mention[1] + name, more, end: "" }));
}

export class Suggest {
  constructor(known) {
    this.known = known;
    this.items = [];
    this.chosen = 0;
    this.field = null;
  }

  get box() {
    return this.field?.closest("form")?.querySelector(".suggest");
  }

  update(field) {
    this.field = field;
    this.items = matches(this.known, field).slice(0, MOST);
    this.chosen = 0;
    this.draw();
  }

  close() {
    this.items = [];
    if (this.box) this.draw();
  }

  draw() {
    this.box.hidden = this.items.length === 0;
    this.box.replaceChildren(
      ...this.items.map((item, index) => {
        const row = document.createElement("button");
        row.type = "button";
        row.tabIndex = -1;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", String(index === this.chosen));
        for (const [tag, text, name] of [["b", item.show, ""], ["span", item.more, ""], ["span", item.end, "end"]]) {
          const part = document.createElement(tag);
          part.textContent = text;
          part.className = name;
          if (text) row.append(part);
        }
        row.addEventListener("mousedown", (event) => {
          event.preventDefault();
          this.take(index);
        });
        return row;
      }),
    );
  }

  take(index) {
    const { field } = this;
    const item = this.items[index];
    field.setRangeText(item.put, item.from, field.selectionStart, "end");
    this.close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  // True if the key was meant for the list.
  key(event) {
    if (!this.items.length) return false;
    const exact = this.field.value.trim() === this.items[this.chosen].show;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.chosen = (this.chosen + (event.key === "ArrowDown" ? 1 : this.items.length - 1)) % this.items.length;
      this.draw();
    } else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey && !exact)) {
      this.take(this.chosen);
    } else if (event.key === "Escape") {
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
