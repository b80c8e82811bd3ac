/* The matrix of the roster: keyboard, menu, dragging. Every edit is one POST that answers with what changed. */
(() => {
  const table = document.getElementById("matrix");
  if (!table || !table.dataset.edit) return;
  const menu = document.getElementById("cell-menu");
  const { team, month } = table.dataset;
  const query = `?team=${team}&month=${month}`;
  const letters = new Map();
  const order = [];
  menu.querySelectorAll("[data-shift]").forEach((button) => {
    order.push(Number(button.dataset.shift));
    if (button.dataset.letter) letters.set(button.dataset.letter, Number(button.dataset.shift));
  });
  let here = null;
  let queue = Promise.resolve();

  const isDay = (cell) => Boolean(cell && cell.id && /^c\d+-\d+$/.test(cell.id));
  const personOf = (cell) => Number(cell.parentElement.dataset.p);
  const dayOf = (cell) => `${month}-${cell.id.split("-")[1].padStart(2, "0")}`;
  const markOf = (cell) => cell.dataset.m || "";
  const shiftsOf = (cell) =>
    markOf(cell)
      .split("~")[0]
      .split(",")
      .filter(Boolean)
      .map((turn) => Number(turn.split(".")[0]));

  function focus(cell) {
    if (!isDay(cell)) return;
    if (here && here.isConnected) here.tabIndex = -1;
    here = cell;
    cell.tabIndex = 0;
    cell.focus({ preventScroll: false });
  }
  const first = table.querySelector("tbody td[id]");
  if (first) {
    here = first;
    first.tabIndex = 0;
  }

  function say(text) {
    if (!text) return;
    const note = document.getElementById("said").content.firstElementChild.cloneNode(true);
    note.querySelector("span").textContent = text;
    note.dataset.shown = "yes";
    document.getElementById("toasts").append(note);
    note.addEventListener("hidden.bs.toast", () => note.remove());
    window.bootstrap.Toast.getOrCreateInstance(note).show();
  }
  function parse(html, tag) {
    const box = document.createElement(tag);
    box.innerHTML = html;
    return box;
  }
  function show(answer) {
    const focused = document.activeElement && document.activeElement.id;
    Object.entries(answer.rows).forEach(([person, html]) => {
      const row = table.querySelector(`tr[data-p="${person}"]`);
      if (row) row.replaceWith(parse(html, "tbody").firstElementChild);
    });
    Object.entries(answer.shares).forEach(([person, html]) => {
      if (answer.rows[person]) return;
      const row = table.querySelector(`tr[data-p="${person}"]`);
      if (!row) return;
      row.querySelectorAll("td.share").forEach((cell) => cell.remove());
      row.append(...parse(html, "tr").children);
    });
    table.tHead.outerHTML = answer.head;
    table.tFoot.outerHTML = answer.foot;
    document.getElementById("broken-list").innerHTML = answer.broken;
    document.getElementById("draft-bar").innerHTML = answer.bar;
    say(answer.said);
    const again = focused && /^c\d+-\d+$/.test(focused) && document.getElementById(focused);
    if (again) focus(again);
    else if (here && !here.isConnected) here = document.getElementById(here.id);
  }
  function post(url, body, type) {
    const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    if (type) headers["Content-Type"] = type;
    // One after the other: the mark of a day comes with the answer to the edit before.
    queue = queue.then(async () => {
      try {
        const made = typeof body === "function" ? body() : body;
        if (made === null) return;
        const answer = await fetch(url + query, { method: "POST", headers, body: made });
        if (answer.redirected) {
          location.reload();
        } else if (answer.ok || answer.status === 422) {
          show(await answer.json());
        } else {
          say(document.getElementById("failed").content.textContent.trim());
        }
      } catch {
        say(document.getElementById("no-answer").content.textContent.trim());
      }
    });
    return queue;
  }
  const live = (id) => document.getElementById(id);
  const want = (cell, shifts) => ({
    person: personOf(cell),
    day: dayOf(cell),
    shifts,
    seen: markOf(cell),
  });
  function set(cell, shifts) {
    const { id } = cell;
    cell.classList.add("busy");
    post(
      table.dataset.edit,
      () => JSON.stringify({ wants: [want(live(id), shifts)] }),
      "application/json",
    );
  }
  function act(cell, name, more) {
    const { id } = cell;
    post(`${table.dataset.edit}${name}/`, () => {
      const now = live(id);
      const form = new FormData();
      form.set("team", team);
      form.set("month", month);
      form.set("person", String(personOf(now)));
      form.set("day", dayOf(now));
      form.set("seen", markOf(now));
      if (name === "fix") form.set("fixed", now.classList.contains("fx") ? "no" : "yes");
      Object.entries(more || {}).forEach(([key, value]) => form.set(key, value));
      return form;
    });
  }
  function undo() {
    const form = new FormData();
    form.set("team", team);
    form.set("month", month);
    post(table.dataset.undoUrl, form).then(() => {});
  }

  /* --- menu --------------------------------------------------------------------------------- */
  function open(cell) {
    focus(cell);
    const name = cell.parentElement.querySelector(".who span").textContent.trim();
    document.getElementById("cell-title").textContent = `${name} · ${dayOf(cell)}`;
    const reason = document.getElementById("cell-reason");
    if (reason) reason.value = "";
    menu.showModal();
  }
  menu.addEventListener("click", (event) => {
    const button = event.target.closest(".cell-pick, [data-act]");
    if (event.target === menu) menu.close();
    if (!button || !here) return;
    if (button.dataset.act === "excuse") {
      act(here, "excuse", { reason: document.getElementById("cell-reason").value });
    } else if (button.dataset.act) {
      act(here, button.dataset.act);
    } else {
      set(here, button.dataset.shift ? [Number(button.dataset.shift)] : []);
    }
    menu.close();
  });
  menu.addEventListener("close", () => {
    if (here) focus(live(here.id) || here);
  });
  table.addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (isDay(cell)) open(cell);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-undo]")) undo();
  });

  /* --- keyboard ------------------------------------------------------------------------------- */
  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  function move(cell, [down, right]) {
    let row = cell.parentElement;
    let next = cell;
    if (right) {
      next = right > 0 ? cell.nextElementSibling : cell.previousElementSibling;
      while (next && !isDay(next)) next = right > 0 ? next.nextElementSibling : next.previousElementSibling;
    }
    const at = cell.cellIndex;
    while (down) {
      row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
      if (!row) return;
      next = row.cells[at];
      if (isDay(next)) break;
    }
    if (isDay(next)) focus(next);
  }
  function key(event, cell) {
    const letter = event.key.length === 1 ? event.key.toUpperCase() : "";
    if (steps[event.key]) return () => move(cell, steps[event.key]);
    if (event.key === "Enter" || event.key === " ") return () => open(cell);
    if (event.key === "Delete" || event.key === "Backspace") return () => set(cell, []);
    if (letter === "L") return () => act(cell, "lead");
    if (letters.has(letter)) return () => set(cell, [letters.get(letter)]);
    if (letter === "F") return () => act(cell, "fix");
    if (/^[1-9]$/.test(letter) && order[Number(letter) - 1]) {
      return () => set(cell, [order[Number(letter) - 1]]);
    }
    return null;
  }
  table.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td");
    if (!isDay(cell) || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      if (event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      undo();
      return;
    }
    const todo = key(event, cell);
    if (!todo) return;
    event.preventDefault();
    event.stopPropagation();
    todo();
  });

  /* --- dragging --------------------------------------------------------------------------------- */
  let dragged = null;
  table.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("td");
    if (isDay(cell) && shiftsOf(cell).length) cell.draggable = true;
  });
  table.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("td");
    if (!isDay(dragged)) return;
    event.dataTransfer.effectAllowed = "copyMove";
    event.dataTransfer.setData("text/plain", dragged.id);
  });
  table.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td");
    if (!dragged || !isDay(cell)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = event.ctrlKey ? "copy" : "move";
    table.querySelectorAll("td.over").forEach((one) => one.classList.remove("over"));
    cell.classList.add("over");
  });
  table.addEventListener("dragend", () => {
    dragged = null;
    table.querySelectorAll("td.over").forEach((one) => one.classList.remove("over"));
  });
  table.addEventListener("drop", (event) => {
    const cell = event.target.closest("td");
    if (!dragged || !isDay(cell) || cell === dragged) return;
    event.preventDefault();
    const [from, to, copies] = [dragged.id, cell.id, event.ctrlKey];
    post(
      table.dataset.edit,
      () => {
        const source = live(from);
        const wants = [want(live(to), shiftsOf(source))];
        if (!copies) wants.push(want(source, []));
        return JSON.stringify({ wants });
      },
      "application/json",
    );
    focus(cell);
  });
})();
