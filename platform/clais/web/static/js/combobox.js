// An input that proposes answers while one types: ARIA combobox with a listbox, fed by htmx with a POST, so that what is
// typed never stands in an address. Without this script the input takes the value itself (a code). With `data-opens` the
// values are addresses: a choice opens one, and Enter without a choice sends the form.
const FILLED = "filled in";

class Combobox {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("input");
    this.list = root.querySelector("[role=listbox]");
    this.status = root.querySelector("[role=status]");
    this.free = root.hasAttribute("data-free");
    this.opens = root.hasAttribute("data-opens");
    this.chosen = root.dataset.text;
    if (!this.free) this.carryValue();
    Object.entries({ role: "combobox", "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": this.list.id, autocomplete: "off" })
      .forEach(([name, value]) => this.input.setAttribute(name, value));
    this.input.addEventListener("input", (event) => {
      if (event.isTrusted) this.input.dataset.typed = "yes";
      if (event.detail !== FILLED) this.typed();
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => { if (this.offered && !this.input.value) this.open(); });
    this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => { const option = event.target.closest("[role=option]"); if (option) this.choose(option); });
  }

  // The words stay in sight; the code travels in a hidden input that takes over the name.
  carryValue() {
    this.hidden = document.createElement("input");
    this.hidden.type = "hidden";
    this.hidden.name = this.input.name;
    this.hidden.value = this.input.value;
    this.input.removeAttribute("name");
    this.input.value = this.chosen;
    this.root.append(this.hidden);
  }

  typed() {
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    if (this.hidden && words !== this.chosen) this.hidden.value = "";
    if (words.length < Number(this.root.dataset.least || 2)) { this.close(); return; }
    this.timer = setTimeout(() => this.fetch(words), 180);
  }

  async fetch(words) {
    this.asked = words;
    this.offered = false;
    const before = this.list.firstChild;
    // From an element outside the form: htmx would otherwise send the whole form along. Only these words may leave.
    await htmx.ajax("POST", this.root.dataset.combobox, { source: "#spoken", target: this.list, swap: "innerHTML", values: { q: words } });
    if (this.asked !== words) return;
    // An answer that is no list, such as an error, leaves the proposals for other words: nobody is to choose among them.
    if (before && this.list.firstChild === before) { this.list.replaceChildren(); this.close(); return; }
    this.answered = words;
    this.settle(words);
    if (document.activeElement === this.input) this.open();
  }

  // A whole code that stands for one thing fills in what goes with it; one that stands for several lists them.
  settle(words) {
    const options = this.options;
    if (!this.free || !options.length || options.some((option) => option.dataset.value !== words)) return;
    const fills = options.map((option) => JSON.parse(option.dataset.fill || "{}"));
    Object.keys(fills[0]).forEach((name) => {
      const other = this.beside(name);
      // What someone typed there stays; what belonged to another code does not.
      if (!other || other.dataset.typed || fills.some((fill) => fill[name] === other.value)) return;
      this.put(other, fills.length === 1 ? fills[0][name] : "");
      if (fills.length > 1) other.closest(".combobox")?.combobox?.offer(options, name);
    });
  }

  // What goes with a code that was typed beside: one opens it by coming here, also with the Tab key.
  offer(options, name) {
    this.list.replaceChildren(...options.map((option) => {
      const mine = option.cloneNode(true);
      mine.dataset.value = JSON.parse(option.dataset.fill)[name];
      mine.dataset.text = mine.dataset.value;
      delete mine.dataset.fill;
      return mine;
    }));
    this.offered = true;
    this.answered = this.input.value.trim();
    if (document.activeElement === this.input) this.open();
  }

  beside(name) {
    const prefix = (this.hidden || this.input).name.replace(/[^-]+$/, "");
    const other = this.input.form?.elements.namedItem(prefix + name);
    return other && "value" in other ? other : null;
  }

  put(field, value) {
    field.value = value;
    field.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: FILLED }));
  }

  get options() { return [...this.list.querySelectorAll("[role=option]")]; }

  open() {
    const options = this.options;
    options.forEach((option, index) => { option.id = `${this.list.id}-${index}`; });
    this.list.hidden = this.list.children.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(-1);
    if (!this.list.hidden) this.list.scrollIntoView({ block: "nearest" });
    const words = document.getElementById("spoken").dataset;
    this.status.textContent = options.length ? (options.length === 1 ? words.foundOne : words.found.replace("{count}", options.length)) : this.list.textContent.trim();
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.index = -1;
  }

  mark(index) {
    const options = this.options;
    this.index = options.length && index >= 0 ? index % options.length : -1;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.index)));
    if (this.index < 0) { this.input.removeAttribute("aria-activedescendant"); return; }
    this.input.setAttribute("aria-activedescendant", options[this.index].id);
    options[this.index].scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      if (isOpen) this.mark(this.index + 1); else if (this.input.value.trim()) this.fetch(this.input.value.trim());
    } else if (event.key === "ArrowUp" && isOpen) {
      event.preventDefault();
      this.mark(this.index > 0 ? this.index - 1 : this.options.length - 1);
    } else if (event.key === "Enter" && isOpen && this.options.length && (this.index >= 0 || !this.opens)) {
      event.preventDefault();
      // Without a mark the first one is meant, once the list is that of the words that stand there.
      if (this.index >= 0 || this.answered === this.input.value.trim()) this.choose(this.options[Math.max(this.index, 0)]);
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  choose(option) {
    if (this.opens) { this.close(); location.assign(option.dataset.value); return; }
    this.chosen = option.dataset.text;
    this.input.value = this.free ? option.dataset.value : this.chosen;
    if (this.hidden) this.hidden.value = option.dataset.value;
    const fill = JSON.parse(option.dataset.fill || "{}");
    Object.entries(fill).forEach(([name, value]) => {
      const other = this.beside(name);
      if (other) this.put(other, value);
    });
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.input.form?.hasAttribute("data-guard")) this.input.form.dataset.changed = "yes";
  }

  leave() {
    this.close();
    // A text without a choice would be sent as nothing: say it by emptying it, unless the words are the answer.
    if (this.hidden && !this.hidden.value && this.input.value) this.input.value = "";
  }
}

const ready = (root) => root.querySelectorAll(".combobox[data-combobox]").forEach((element) => {
  if (!element.combobox && element.dataset.combobox) element.combobox = new Combobox(element);
});
ready(document);
document.addEventListener("htmx:after:process", (event) => { if (event.target.querySelectorAll) ready(event.target); });
document.addEventListener("clais:added", (event) => ready(event.detail));
