/* Loaded before the page is painted, so that no wrong colours flash up. */
(function () {
  "use strict";
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem("kefu-theme") || "auto";
    } catch {
      return "auto";
    }
  }

  function apply() {
    const choice = chosen();
    const dark = choice === "dark" || (choice === "auto" && system.matches);
    document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  }

  window.kefuTheme = {
    chosen,
    choose(choice) {
      try {
        localStorage.setItem("kefu-theme", choice);
      } catch {
        /* a private window: the choice holds for this page only */
      }
      apply();
    },
  };
  system.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  apply();
})();
