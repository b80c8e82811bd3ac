/* Hides questions that depend on an earlier answer; without this script all are shown, and the
   server leaves out what was not asked. */
(function () {
  "use strict";
  const sheet = document.getElementById("sheet");
  if (!sheet) return;
  const asked = Array.from(sheet.querySelectorAll("[data-condition]"));

  function isShown(question) {
    const [name, low, high] = question.dataset.condition.split(" ");
    const given = sheet.querySelector(`input[name="${name}"]:checked`);
    if (!given || given.closest("[hidden]")) return false;
    return Number(low) <= Number(given.value) && Number(given.value) <= Number(high);
  }

  function update() {
    for (const question of asked) question.hidden = !isShown(question);
  }

  sheet.addEventListener("change", update);
  window.addEventListener("pageshow", update);
  update();
})();
