/* What the pages do in the browser. No text of its own: every word comes from the page.
   Every part finds its elements by data attributes and works on what htmx brings later. */
(function () {
  "use strict";

  const user = document.body.dataset.user || "";
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  /* What is kept on this device, where that is possible: the scripts loaded later use it as well. */
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
        /* full or forbidden: the page works without, and the portal has what was sent to it */
      }
    },
    drop(key) {
      try {
        localStorage.removeItem(key);
      } catch {
        /* nothing was kept */
      }
    },
    dropAll(prefix) {
      try {
        Object.keys(localStorage)
          .filter((key) => key.startsWith(prefix))
          .forEach((key) => localStorage.removeItem(key));
      } catch {
        /* nothing was kept */
      }
    },
  };
  window.kefuStore = store;

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

  /* --- tabs: the page that one is on, where not all of them fit ------------------------- */
  function showHere() {
    all(".tabs .active").forEach((tab) => {
      const row = tab.closest(".tabs");
      const beyond = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
      if (beyond > 0) row.scrollLeft += beyond;
    });
  }
  window.addEventListener("load", () => document.fonts.ready.then(showHere)); // icons widen tabs

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
    if (event.target.closest("[data-open-shortcuts]")) showShortcuts();
  });

  function nameOf(element) {
    const label = element.labels && element.labels[0];
    return (element.getAttribute("aria-label") || (label || element).textContent).trim();
  }
  function showShortcuts() {
    const list = shortcuts.querySelector(".shortcut-list");
    all("[data-of-page]", list).forEach((row) => row.remove());
    all("[data-key]").forEach((element) => {
      const row = document.createElement("div");
      row.dataset.ofPage = "yes";
      const [key, name] = ["dt", "dd"].map((tag) => row.appendChild(document.createElement(tag)));
      key.appendChild(document.createElement("kbd")).textContent = element.dataset.key;
      name.textContent = nameOf(element);
      list.append(row);
    });
    shortcuts.showModal();
  }
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
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!button) return false;
    if (button.matches("textarea, input")) {
      goTo(button);
      return true;
    }
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
    "?": () => showShortcuts(),
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

  /* --- who else is here: whether somebody types is told with the next question ---------------- */
  let typedAt = 0;
  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[data-draft], form[data-writes]")) return;
    const begins = Date.now() - typedAt > 60000;
    typedAt = Date.now();
    if (begins) all("[data-here]").forEach((place) => window.htmx.trigger(place, "here-now"));
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.matches("[data-here]") && Date.now() - typedAt < 60000) {
      event.detail.parameters.writing = "1";
    }
  });

  document.addEventListener("kefu:toast", (event) => toastFrom(event.detail));

  /* --- htmx: news, signed out, no answer ------------------------------------------------------ */
  let signedOut = false;
  let misses = 0;
  let missToast = null;

  function isPoll(event) {
    return event.detail.elt && event.detail.elt.id === "poll";
  }
  function isHere(event) {
    return event.detail.elt && event.detail.elt.matches && event.detail.elt.matches("[data-here]");
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
    if ((isPoll(event) && signedOut) || (isHere(event) && (signedOut || document.hidden))) {
      event.preventDefault();
    }
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
    if (((!isPoll(event) && !isHere(event)) || misses >= 3) && !missToast) missToast = toastFrom("no-answer");
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (!isPoll(event) && !isHere(event)) toastFrom("failed");
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
    countPicked();
  });
})();
