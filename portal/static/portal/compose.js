/* Helps while a text is written: puts a prepared text in at the cursor, and completes names after
   an @. Every word comes from the page; without this script the text is simply typed. */
(function () {
  "use strict";

  function tell(field) {
    field.dispatchEvent(new Event("input", { bubbles: true })); // drafts listen
  }
  function put(field, text, from, to) {
    field.setRangeText(text, from, to, "end");
    field.focus();
    tell(field);
  }

  /* --- a prepared text: <button data-insert="field" data-insert-from="element"> ---------------- */
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = document.getElementById(button.dataset.insert);
    const source = document.getElementById(button.dataset.insertFrom);
    if (!field || !source) return;
    const before = field.value.slice(0, field.selectionStart);
    const gap = before && !before.endsWith("\n") ? "\n" : "";
    put(field, gap + source.textContent, field.selectionStart, field.selectionEnd);
  });

  /* --- names: <textarea data-mentions="address of the names"> ---------------------------------- */
  const OPEN = /(^|[\s(（，。、；：])@([^\s@]{0,20})$/;
  let box = null;
  let names = null;
  let place = 0;

  function close() {
    if (box) {
      box.field.removeAttribute("aria-activedescendant");
      box.list.remove();
    }
    box = null;
  }
  function load(field) {
    if (names) return names;
    names = fetch(field.dataset.mentions, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { people: [] }))
      .then((found) => found.people)
      .catch(() => {
        names = null;
        return [];
      });
    return names;
  }
  function choose(name) {
    const { field, start } = box;
    close();
    put(field, `@${name} `, start, field.selectionStart);
  }
  function light(next) {
    const options = Array.from(box.list.children);
    place = (next + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    box.field.setAttribute("aria-activedescendant", options[place].id);
  }
  function show(field, people, start) {
    close();
    if (!people.length) return;
    const list = document.createElement("ul");
    list.className = "mention-list list-unstyled shadow";
    list.setAttribute("role", "listbox");
    list.id = `${field.id}-names`;
    list.setAttribute("aria-label", field.dataset.mentionsLabel || "");
    people.slice(0, 6).forEach((one, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.textContent = `${one.name} · ${one.number}`;
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(one.name);
      });
      list.append(option);
    });
    field.after(list);
    field.setAttribute("aria-controls", list.id);
    box = { field, list, start, people };
    light(0);
  }
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.dataset || !field.dataset.mentions) return;
    const hit = OPEN.exec(field.value.slice(0, field.selectionStart));
    if (!hit) {
      close();
      return;
    }
    const typed = hit[2].toLowerCase();
    const start = field.selectionStart - hit[2].length - 1;
    load(field).then((people) => {
      if (document.activeElement !== field) return;
      show(
        field,
        people.filter((one) => `${one.name} ${one.number}`.toLowerCase().includes(typed)),
        start,
      );
    });
  });
  document.addEventListener("keydown", (event) => {
    if (!box || event.target !== box.field || event.isComposing) return;
    if (event.key === "ArrowDown") light(place + 1);
    else if (event.key === "ArrowUp") light(place - 1);
    else if (event.key === "Enter" || event.key === "Tab") choose(box.people[place].name);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  document.addEventListener("focusout", (event) => {
    if (box && event.target === box.field) close();
  });
})();
