/* What the pages do in the browser. No text of its own: every word comes from the page.
   Every part finds its elements by data attributes and works on what htmx brings later. */
(function () {
  "use strict";

  const user = document.body.dataset.user || "";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const store = {
    get(key) {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set(key, value) {
      try {
        localStorage.setItem(key, value);
      } catch {
        /* full or forbidden: the page works without */
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(key);
      } catch {
        /* nothing was kept */
      }
    },
  };

  /* --- colours ------------------------------------------------------------------------ */
  function markTheme() {
    all("[data-theme]").forEach((button) => {
      button.setAttribute(
        "aria-pressed",
        String(button.dataset.theme === window.kefuTheme.chosen()),
      );
    });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme]");
    if (!button) return;
    window.kefuTheme.choose(button.dataset.theme);
    markTheme();
  });
  markTheme();

  /* --- toasts ------------------------------------------------------------------------- */
  function showToast(element) {
    element.dataset.shown = "yes";
    element.addEventListener("hidden.bs.toast", () => element.remove());
    window.bootstrap.Toast.getOrCreateInstance(element).show();
  }
  function toastFrom(templateId) {
    const template = document.getElementById(templateId);
    const place = document.getElementById("toasts");
    if (!template || !place) return null;
    const element = template.content.firstElementChild.cloneNode(true);
    place.append(element);
    showToast(element);
    return element;
  }
  window.addEventListener("load", () => all(".toast:not([data-shown])").forEach(showToast));

  /* --- asking before doing ------------------------------------------------------------- */
  const dialog = document.getElementById("confirm");
  let answer = null;

  function ask(text, label, then) {
    dialog.querySelector(".dialog-text").textContent = text;
    const yes = dialog.querySelector("[data-yes]");
    yes.textContent = label || yes.dataset.default;
    answer = then;
    dialog.returnValue = "no";
    dialog.showModal();
  }
  dialog.addEventListener("close", () => {
    const then = answer;
    answer = null;
    if (dialog.returnValue === "yes" && then) then();
  });

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const button = event.submitter;
      const source = button && button.dataset.confirm ? button : form;
      const text = source.dataset.confirm;
      if (!text || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      ask(text, button ? button.textContent.trim() : "", () => {
        form.dataset.confirmed = "yes";
        form.requestSubmit(button || undefined);
        delete form.dataset.confirmed;
      });
    },
    true,
  );
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  // For browsers whose print style cannot open what is folded.
  window.addEventListener("beforeprint", () => {
    all("main details:not([open])").forEach((fold) => {
      fold.open = true;
      fold.dataset.unfolded = "yes";
    });
  });
  window.addEventListener("afterprint", () => {
    all("details[data-unfolded]").forEach((fold) => {
      fold.open = false;
      delete fold.dataset.unfolded;
    });
  });
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, "", () => event.detail.issueRequest(true));
  });

  /* --- a form is sent once --------------------------------------------------------------- */
  const held = new Map();

  function release(form) {
    (held.get(form) || []).forEach(([button, html]) => {
      button.disabled = false;
      button.innerHTML = html;
    });
    held.delete(form);
  }
  function hold(form, submitter) {
    const buttons = all("button:not([type=button]), input[type=submit]", form).concat(
      form.id ? all(`button[form="${CSS.escape(form.id)}"]`) : [],
    );
    held.set(
      form,
      buttons.filter((button) => !button.disabled).map((button) => [button, button.innerHTML]),
    );
    // After this turn, so that the button's own name and value are still sent.
    setTimeout(() => {
      (held.get(form) || []).forEach(([button]) => {
        button.disabled = true;
      });
      const label = document.getElementById("busy-label");
      if (submitter && submitter.matches("button") && label) {
        submitter.replaceChildren(label.content.cloneNode(true));
      }
    }, 0);
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (held.has(form)) {
      event.preventDefault();
      return;
    }
    if (form.method === "get" && !form.hasAttribute("data-once")) return;
    hold(form, event.submitter);
    if (form.hasAttribute("data-download")) setTimeout(() => release(form), 3000);
  });
  window.addEventListener("pageshow", () => Array.from(held.keys()).forEach(release));

  /* --- filters, selection ---------------------------------------------------------------- */
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-autosubmit]") && field.form) field.form.requestSubmit();
    if (field.matches("[data-select-all]")) {
      const scope = field.closest("table") || document;
      all('input[type=checkbox][name="pick"]', scope).forEach((box) => {
        if (!box.disabled) box.checked = field.checked;
      });
    }
    if (field.matches("[data-select-all], input[type=checkbox][name=pick]")) countPicked();
    if (field.matches("[data-shortcuts-on]")) {
      store.set("kefu-shortcuts", field.checked ? "on" : "off");
    }
  });
  function countPicked() {
    const boxes = all('input[type=checkbox][name="pick"]');
    boxes.forEach((box) => {
      const row = box.closest("tr");
      if (row) row.classList.toggle("picked", box.checked);
    });
    all("[data-bulk]").forEach((bar) => {
      const mine = boxes.filter((box) => box.form && box.form.id === bar.dataset.bulk);
      const picked = mine.filter((box) => box.checked).length;
      bar.hidden = picked === 0;
      bar.querySelector("[data-bulk-count]").textContent = String(picked);
    });
    all("[data-select-all]").forEach((head) => {
      const scope = head.closest("table") || document;
      const mine = all('input[type=checkbox][name="pick"]', scope);
      const picked = mine.filter((box) => box.checked).length;
      head.checked = mine.length > 0 && picked === mine.length;
      head.indeterminate = picked > 0 && picked < mine.length;
    });
  }
  window.addEventListener("pageshow", countPicked);

  /* --- keyboard --------------------------------------------------------------------------- */
  const shortcuts = document.getElementById("shortcuts");
  const shortcutsOn = () => store.get("kefu-shortcuts") !== "off";
  all("[data-shortcuts-on]").forEach((box) => {
    box.checked = shortcutsOn();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-shortcuts]")) shortcuts.showModal();
  });

  function goTo(element) {
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  }
  function move(step) {
    const rows = all("[data-keys] > tbody > tr").filter((row) => row.querySelector("a[href]"));
    if (!rows.length) return;
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
    if (rows[next]) goTo(rows[next].querySelector("a[href]"));
  }
  function pickHere() {
    const row = document.activeElement.closest("[data-keys] > tbody > tr");
    const box = row && row.querySelector('input[type=checkbox][name="pick"]');
    if (box) box.click();
  }
  function pressKey(key) {
    const button = document.querySelector(`button[data-key="${CSS.escape(key)}"]`);
    if (!button) return false;
    const bar = button.closest("[data-bulk]");
    if (bar && bar.hidden) pickHere(); // nothing is selected: the row where one is
    if (bar && bar.hidden) return false;
    button.click();
    return true;
  }
  const keys = {
    "/": () => {
      const field = document.querySelector("[data-search]");
      if (field) {
        field.focus();
        field.select();
      }
    },
    "?": () => shortcuts.showModal(),
    j: () => move(1),
    k: () => move(-1),
    x: pickHere,
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.defaultPrevented || document.querySelector("dialog[open], .offcanvas.show")) return;
    const typing = event.target.closest(
      "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]",
    );
    if (typing || !shortcutsOn()) return;
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (/^[1-9a-z]$/.test(event.key) && pressKey(event.key)) {
      event.preventDefault();
    }
  });

  /* --- drafts: what was typed survives a reload, until the form has been sent ---------------- */
  const DRAFT_DAYS = 2;
  const draftKey = (form) => `kefu-draft:${user}:${form.dataset.draft}`;

  function draftFields(form) {
    return Array.from(form.elements).filter(
      (field) =>
        field.name &&
        !field.disabled &&
        !["hidden", "password", "file", "submit", "button"].includes(field.type) &&
        !field.hasAttribute("data-no-draft"),
    );
  }
  function keepDraft(form) {
    const values = draftFields(form).map((field) => {
      if (field.type === "checkbox" || field.type === "radio") {
        return [field.name, field.value, field.checked];
      }
      if (field.multiple) {
        return [field.name, Array.from(field.selectedOptions, (option) => option.value), null];
      }
      return [field.name, field.value, null];
    });
    store.set(draftKey(form), JSON.stringify({ at: Date.now(), values }));
  }
  function fill(form, values) {
    let changed = false;
    values.forEach(([name, value, checked]) => {
      const field = draftFields(form).find(
        (one) => one.name === name && (checked === null || one.value === value),
      );
      if (!field) return;
      if (checked !== null) {
        changed = changed || field.checked !== checked;
        field.checked = checked;
      } else if (Array.isArray(value)) {
        Array.from(field.options).forEach((option) => {
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
  function readDraft(form) {
    try {
      const draft = JSON.parse(store.get(draftKey(form)));
      return draft && Date.now() - draft.at < DRAFT_DAYS * 86400000 ? draft : null;
    } catch {
      return null;
    }
  }
  function restoreDraft(form) {
    const draft = readDraft(form);
    // A form that came back with errors already holds what was typed.
    if (!draft || form.querySelector(".is-invalid")) return;
    if (!fill(form, draft.values)) return;
    const note = document.getElementById("draft-restored").content.firstElementChild.cloneNode(true);
    note.querySelector("[data-discard]").addEventListener("click", () => {
      store.drop(draftKey(form));
      form.reset();
      note.remove();
      const first = draftFields(form)[0];
      if (first) first.focus();
    });
    form.prepend(note);
  }
  function wireDraft(form) {
    if (form.dataset.draftWired) return;
    form.dataset.draftWired = "yes";
    restoreDraft(form);
    let timer = 0;
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(() => keepDraft(form), 400);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      keepDraft(form);
      store.set("kefu-draft-sent", draftKey(form));
    });
  }
  function settleSentDraft() {
    const sent = store.get("kefu-draft-sent");
    // Sign-in and error pages say nothing about whether the form was taken.
    if (!sent || document.body.classList.contains("bare")) return;
    const again = all("form[data-draft]").find((form) => draftKey(form) === sent);
    // The same form again, and nothing says that it was taken: it was not taken.
    if (!again || document.querySelector("#messages .alert-success")) store.drop(sent);
    store.drop("kefu-draft-sent");
  }
  function forgetDrafts() {
    try {
      Object.keys(localStorage)
        .filter((key) => key.startsWith("kefu-draft"))
        .forEach((key) => localStorage.removeItem(key));
    } catch {
      /* nothing was kept */
    }
  }
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) forgetDrafts();
  });
  settleSentDraft();
  all("form[data-draft]").forEach(wireDraft);

  /* --- htmx: news, signed out, no answer ------------------------------------------------------ */
  let signedOut = false;
  let misses = 0;
  let missToast = null;

  function isPoll(event) {
    return event.detail.elt && event.detail.elt.id === "poll";
  }
  function sentToSignIn(xhr) {
    const place = document.body.dataset.signIn;
    if (!place || !xhr.responseURL) return false;
    return new URL(xhr.responseURL).pathname === new URL(place, location.href).pathname;
  }
  function tellSignedOut() {
    signedOut = true;
    if (document.querySelector(".signed-out")) return;
    const note = document.getElementById("signed-out").content.firstElementChild.cloneNode(true);
    document.body.append(note);
  }
  function answered() {
    misses = 0;
    if (missToast) window.bootstrap.Toast.getOrCreateInstance(missToast).hide();
    missToast = null;
  }

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isPoll(event) && signedOut) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    // Back from another tab, where the person may have signed in again: ask once more.
    if (document.visibilityState !== "visible" || !signedOut) return;
    signedOut = false;
    window.htmx.trigger("#poll", "poll-now");
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const xhr = event.detail.xhr;
    if (xhr.status === 401 || sentToSignIn(xhr) || (xhr.status === 403 && isPoll(event))) {
      event.detail.shouldSwap = false;
      event.detail.isError = false;
      event.preventDefault();
      tellSignedOut();
      return;
    }
    if (isPoll(event) && xhr.status < 400) {
      signedOut = false;
      all(".signed-out").forEach((note) => note.remove());
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches && event.target.matches("form")) release(event.target);
    if (event.detail.xhr && event.detail.xhr.status) answered();
  });
  document.addEventListener("htmx:sendError", (event) => {
    misses += 1;
    if ((!isPoll(event) || misses >= 3) && !missToast) missToast = toastFrom("no-answer");
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (!isPoll(event)) toastFrom("failed");
  });
  document.addEventListener("htmx:oobAfterSwap", (event) => {
    const target = event.detail.target;
    if (target.id === "toasts") {
      all(".toast:not([data-shown])", target).forEach(showToast);
      window.htmx.trigger(document.body, "kefu:fresh");
    }
    const bell = document.getElementById("bell");
    if (!bell) return;
    const unread = Number(bell.dataset.unread);
    document.title = (unread ? `(${unread}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  });
  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (!root.querySelectorAll) return;
    if (root.matches("form[data-draft]")) wireDraft(root);
    all("form[data-draft]", root).forEach(wireDraft);
    countPicked();
  });
})();
