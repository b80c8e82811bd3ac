/* The daily report: differences to what the portal knows, rows to add and remove, saved while
   typing. What is typed is kept on the device until the server has it, so that a lost connection,
   a closed page or an empty battery loses nothing. Every word comes from the page. */
(function () {
  "use strict";

  const WAIT = 1200; // ms without a key before the server is asked
  const AT_LATEST = 10000; // ms of typing without a pause
  const AGAIN = 8000; // ms between tries without a connection
  const KEPT_DAYS = 14;
  const MOST_ROWS = 30;
  const PREFIX = "kefu-draft:"; // signing out forgets everything that begins so

  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const store = window.kefuStore;

  all("[data-daily-filed]").forEach((page) => store.drop(PREFIX + page.dataset.dailyFiled));
  const form = document.querySelector("form[data-daily]");
  if (!form) return;
  const key = form.dataset.dailyStore ? PREFIX + form.dataset.dailyStore : "";

  /* --- differences ---------------------------------------------------------------------- */
  function showDifferences() {
    all("[data-daily-known]", form).forEach((note) => {
      const field = document.getElementById(note.dataset.dailyOf);
      const typed = field.value.trim();
      const change = /^[0-9]{1,5}$/.test(typed) ? Number(typed) - Number(note.dataset.dailyKnown) : 0;
      const text = change > 0 ? `+${change}` : change < 0 ? `\u2212${-change}` : "";
      note.querySelector("[data-daily-difference]").textContent = text;
    });
  }

  /* --- rows ------------------------------------------------------------------------------ */
  const total = (kind) => form.elements[`${kind}-TOTAL_FORMS`];

  function addRow(kind) {
    const count = Number(total(kind).value);
    if (count >= MOST_ROWS) return null;
    const template = document.getElementById(`daily-row-${kind}`);
    const place = document.createElement("div");
    place.innerHTML = template.innerHTML.replaceAll("__prefix__", String(count));
    const row = place.firstElementChild;
    form.querySelector(`[data-daily-rows="${kind}"]`).append(row);
    total(kind).value = String(count + 1);
    wireRow(row);
    return row;
  }
  function wireRow(row) {
    const button = row.querySelector("[data-daily-clear]");
    if (button) button.hidden = false;
  }
  const controls = (root) => all("input:not([type=hidden]), textarea, select", root);

  all("[data-daily-row]", form).forEach(wireRow);
  all("[data-daily-add]", form).forEach((button) => {
    button.hidden = false;
  });
  form.addEventListener("click", (event) => {
    const adds = event.target.closest("[data-daily-add]");
    if (adds) {
      const row = addRow(adds.dataset.dailyAdd);
      if (row) controls(row)[0].focus();
    }
    const clears = event.target.closest("[data-daily-clear]");
    if (clears) {
      const row = clears.closest("[data-daily-row]");
      const kind = row.parentElement.dataset.dailyRows;
      controls(row).forEach((field) => {
        field.value = "";
      });
      row.hidden = true;
      form.querySelector(`[data-daily-add="${kind}"]`).focus();
      changed();
    }
  });

  showDifferences();
  form.addEventListener("input", showDifferences);
  if (!key) return; // a correction: sent as a whole, nothing is saved before

  /* --- kept on the device ------------------------------------------------------------------ */
  function values() {
    return controls(form)
      .filter((field) => field.name)
      .map((field) => [field.name, field.value]);
  }
  function keep() {
    store.set(key, JSON.stringify({ at: Date.now(), values: values() }));
  }
  function kept() {
    try {
      const copy = JSON.parse(store.get(key));
      return copy && Date.now() - copy.at < KEPT_DAYS * 86400000 ? copy : null;
    } catch {
      return null;
    }
  }
  function fill(copy) {
    let differs = false;
    copy.values.forEach(([name, value]) => {
      const row = /^(questions|orders)-(\d+)-/.exec(name);
      while (row && value && Number(total(row[1]).value) <= Number(row[2])) {
        if (!addRow(row[1])) return;
      }
      const field = form.elements[name];
      if (!field || field.value === value) return;
      differs = true;
      field.value = value;
    });
    all("[data-daily-details]", form).forEach((part) => {
      part.open = part.open || controls(part).some((field) => field.value);
    });
    return differs;
  }

  /* --- saved on the server ------------------------------------------------------------------ */
  const line = () => document.getElementById("daily-state");
  let edits = 0; // how often something changed
  let sentAt = 0; // ... when the server was last asked
  let timer = 0;
  let firstEdit = 0;

  function say(state) {
    const template = document.getElementById("daily-says");
    const words = template.content.querySelector(`[data-says="${state}"]`);
    line().dataset.state = state;
    line().querySelector("[data-daily-says]").replaceChildren(words.cloneNode(true));
  }
  function ask() {
    clearTimeout(timer);
    if (line().dataset.state === "conflict") return; // the person decides first
    firstEdit = 0;
    if (!navigator.onLine) {
      miss("offline");
      return;
    }
    sentAt = edits;
    say("saving");
    window.htmx.trigger(line(), "daily:save");
  }
  function miss(state) {
    say(state);
    clearTimeout(timer);
    timer = setTimeout(ask, AGAIN);
  }
  function changed() {
    edits += 1;
    keep();
    if (line().dataset.state === "conflict") return;
    const now = Date.now();
    firstEdit = firstEdit || now;
    if (!["offline", "failed"].includes(line().dataset.state)) say("typing");
    clearTimeout(timer);
    timer = setTimeout(ask, Math.min(WAIT, Math.max(0, firstEdit + AT_LATEST - now)));
  }
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  window.addEventListener("online", () => {
    if (edits > sentAt || ["offline", "failed"].includes(line().dataset.state)) ask();
  });
  window.addEventListener("offline", () => {
    if (edits > sentAt || line().dataset.state === "saving") miss("offline");
  });

  const isOurs = (event) => event.detail.elt && event.detail.elt.id === "daily-state";
  document.addEventListener("htmx:sendError", (event) => {
    if (isOurs(event)) miss("offline");
  });
  document.addEventListener("htmx:timeout", (event) => {
    if (isOurs(event)) miss("offline");
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (isOurs(event)) miss("failed");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // Signed out: the answer is another page. What is typed stays on the device.
    if (isOurs(event) && event.defaultPrevented) miss("failed");
  });
  document.addEventListener("htmx:load", (event) => {
    if (!event.detail.elt || event.detail.elt.id !== "daily-state") return;
    const state = line().dataset.state;
    if (state === "filed") store.drop(key);
    if (state === "saved" && edits === sentAt) store.drop(key);
    if (state === "saved" && edits > sentAt) changed();
  });

  form.addEventListener("click", (event) => {
    const take = event.target.closest("[data-daily-take]");
    if (!take) return;
    if (take.dataset.dailyTake === "stored") {
      store.drop(key);
      edits = sentAt;
      window.location.reload();
      return;
    }
    form.elements.version.value = line().dataset.current;
    line().dataset.state = "typing";
    ask();
  });

  form.addEventListener(
    "submit",
    (event) => {
      clearTimeout(timer);
      keep(); // until a page says that the report is filed
      if (navigator.onLine) {
        window.htmx.trigger(line(), "htmx:abort");
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      miss("offline");
    },
    true,
  );

  /* --- what a lost page had kept --------------------------------------------------------- */
  const copy = form.hasAttribute("data-daily-bound") ? null : kept();
  if (copy && fill(copy)) {
    const note = document.getElementById("draft-restored").content.firstElementChild.cloneNode(true);
    note.querySelector("[data-discard]").addEventListener("click", () => {
      store.drop(key);
      window.location.reload();
    });
    form.prepend(note);
    showDifferences();
    edits += 1;
    window.addEventListener("load", ask);
  } else if (copy) {
    store.drop(key);
  }
})();
