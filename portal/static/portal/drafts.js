/* What is typed into a <form data-draft="place"> survives a reload, a lost connection and the change
   of the device, until the form has been sent: at once on this device, soon after in the portal.

   On this device: { at, values, mark, dirty }. The mark is that of the portal's copy; dirty says
   that the portal has not got what stands here. Every word comes from the page. */
(function () {
  "use strict";

  const DAYS = 2; // on this device, which others may use too; the portal keeps it longer
  const SOON = 400;
  const LATER = 2000;
  const user = document.body.dataset.user || "";
  const url = document.body.dataset.drafts || "";
  const store = window.kefuStore;
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const keyOf = (form) => `kefu-draft:${user}:${form.dataset.draft}`;
  const isPlace = (text) => /^[A-Za-z0-9_-]{1,80}$/.test(text);

  function here(form) {
    try {
      const draft = JSON.parse(store.get(keyOf(form)));
      return draft && Date.now() - draft.at < DAYS * 86400000 ? draft : null;
    } catch {
      return null;
    }
  }
  const keepHere = (form, draft) => store.set(keyOf(form), JSON.stringify(draft));

  /* --- the fields of a form --------------------------------------------------------------- */
  function fields(form) {
    return Array.from(form.elements).filter(
      (field) =>
        field.name &&
        !field.disabled &&
        !["hidden", "password", "file", "submit", "button"].includes(field.type) &&
        !field.hasAttribute("data-no-draft"),
    );
  }
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";
  function valuesOf(form) {
    return fields(form).map((field) => {
      if (isBox(field)) return [field.name, field.value, field.checked];
      if (field.multiple) {
        return [field.name, Array.from(field.selectedOptions, (option) => option.value), null];
      }
      return [field.name, field.value, null];
    });
  }
  function isUntouched(form) {
    return fields(form).every((field) => {
      if (isBox(field)) return field.checked === field.defaultChecked;
      if (!field.options) return field.value === field.defaultValue;
      const options = Array.from(field.options);
      const stated = options.some((option) => option.defaultSelected);
      return options.every((option, at) => {
        const first = !stated && !field.multiple && at === 0;
        return option.selected === (option.defaultSelected || first);
      });
    });
  }
  function fill(form, values) {
    let changed = false;
    values.forEach(([name, value, checked]) => {
      const field = fields(form).find(
        (one) => one.name === name && (checked === null || one.value === value),
      );
      if (!field) return;
      if (checked !== null) {
        changed = changed || field.checked !== checked;
        field.checked = checked;
      } else if (Array.isArray(value)) {
        Array.from(field.options || []).forEach((option) => {
          changed = changed || option.selected !== value.includes(option.value);
          option.selected = value.includes(option.value);
        });
      } else {
        changed = changed || field.value !== value;
        field.value = value;
      }
    });
    return changed;
  }

  /* --- the portal's copy ------------------------------------------------------------------ */
  function token() {
    try {
      return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    } catch {
      return "";
    }
  }
  function tell(place, text, options = {}) {
    if (!url || !isPlace(place)) return Promise.resolve(null);
    return fetch(url, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: new URLSearchParams({ place, text }),
      redirect: "error",
      ...options,
    })
      .then((answer) => (answer.ok ? answer.json() : null))
      .catch(() => null); // without a connection it stays on this device
  }
  function ask(places) {
    const wanted = places.filter(isPlace);
    if (!url || !wanted.length) return Promise.resolve(null);
    const query = new URLSearchParams(wanted.map((place) => ["place", place]));
    return fetch(`${url}?${query}`, { headers: { Accept: "application/json" }, redirect: "error" })
      .then((answer) => (answer.ok ? answer.json() : null))
      .then((found) => (found ? found.drafts : null))
      .catch(() => null);
  }
  function send(form, options) {
    const draft = here(form);
    if (!draft || !draft.dirty) return;
    const text = isUntouched(form) ? "" : JSON.stringify(draft.values);
    tell(form.dataset.draft, text, options).then((answer) => {
      const now = here(form);
      if (!answer || !now || now.at !== draft.at) return;
      if (answer.mark) keepHere(form, { ...now, mark: answer.mark, dirty: false });
      else store.drop(keyOf(form));
    });
  }

  /* --- one form --------------------------------------------------------------------------- */
  function say(form) {
    all(".draft-note", form).forEach((note) => note.remove());
    const note = document.getElementById("draft-restored").content.firstElementChild.cloneNode(true);
    note.querySelector("[data-discard]").addEventListener("click", () => {
      store.drop(keyOf(form));
      tell(form.dataset.draft, "");
      form.reset();
      note.remove();
      const first = fields(form)[0];
      if (first) first.focus();
    });
    form.prepend(note);
  }
  function restore(form, values) {
    // A form that came back with errors already holds what was typed.
    if (form.querySelector(".is-invalid") || !fill(form, values)) return;
    say(form);
  }
  function meet(form, theirs) {
    const mine = here(form);
    if (form.dataset.draftTyped) return; // goes to the portal soon
    if (mine && mine.dirty) {
      // A page that was left cannot hear whether its last words arrived.
      const same = theirs && JSON.stringify(theirs.values) === JSON.stringify(mine.values);
      if (same) keepHere(form, { ...mine, mark: theirs.mark, dirty: false });
      else if (!theirs) send(form);
    } else if (theirs && !(mine && mine.mark === theirs.mark)) {
      keepHere(form, { at: Date.now(), values: theirs.values, mark: theirs.mark, dirty: false });
      restore(form, theirs.values);
    } else if (!theirs && mine) {
      store.drop(keyOf(form)); // sent or discarded elsewhere
      if (form.querySelector(".draft-note")) form.reset();
      all(".draft-note", form).forEach((note) => note.remove());
    }
  }
  function wire(form) {
    form.dataset.draftWired = "yes";
    const mine = here(form);
    if (mine) restore(form, mine.values);
    let soon = 0;
    let later = 0;
    let isNew = false; // typed, and not kept on this device yet
    const keep = () => {
      isNew = false;
      const before = here(form) || {};
      keepHere(form, { at: Date.now(), values: valuesOf(form), mark: before.mark, dirty: true });
    };
    const typed = () => {
      form.dataset.draftTyped = "yes";
      isNew = true;
      clearTimeout(soon);
      clearTimeout(later);
      soon = setTimeout(keep, SOON);
      later = setTimeout(() => send(form), LATER);
    };
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    window.addEventListener("pagehide", () => {
      if (form.dataset.draftSent || !form.dataset.draftTyped || !form.isConnected) return;
      if (isNew) keep();
      send(form, { keepalive: true }); // what the portal has already is not sent again
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(soon);
      clearTimeout(later);
      keep();
      if (!navigator.onLine) {
        event.preventDefault(); // else the browser would put a page of its own in its place
        document.dispatchEvent(new CustomEvent("kefu:toast", { detail: "offline" }));
        return;
      }
      form.dataset.draftSent = "yes";
      store.set("kefu-draft-sent", keyOf(form));
    });
  }
  function wireAll(forms) {
    const fresh = forms.filter((form) => !form.dataset.draftWired);
    fresh.forEach(wire);
    settled
      .then(() => ask(fresh.map((form) => form.dataset.draft)))
      .then((found) => {
        if (found) fresh.forEach((form) => meet(form, found[form.dataset.draft]));
      });
  }

  /* --- the form that was sent with the page before ---------------------------------------- */
  function settle() {
    const sent = store.get("kefu-draft-sent");
    // Sign-in and error pages say nothing about whether the form was taken.
    if (!sent || document.body.classList.contains("bare")) return Promise.resolve(null);
    const again = all("form[data-draft]").find((form) => keyOf(form) === sent);
    store.drop("kefu-draft-sent");
    // The same form again, and nothing says that it was taken: it was not taken.
    if (again && !document.querySelector("#messages .alert-success")) return Promise.resolve(null);
    store.drop(sent);
    const mine = `kefu-draft:${user}:`;
    return sent.startsWith(mine) ? tell(sent.slice(mine.length), "") : Promise.resolve(null);
  }
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    store.dropAll("kefu-draft");
  });

  const settled = settle();
  wireAll(all("form[data-draft]"));
  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (!root.querySelectorAll || root === document.body) return;
    const found = all("form[data-draft]", root);
    if (root.matches("form[data-draft]")) found.push(root);
    if (found.length) wireAll(found);
  });
})();
