/* Copies a text with one click: <button data-copy="ID of the text"> inside a form, which is sent as
   ever, so that the copy is counted. Beside the button, [data-copy-status] carries the words to
   say. Without this script the form is sent and the text is marked by hand. */
(function () {
  "use strict";

  function say(button, word) {
    const status = button.form && button.form.querySelector("[data-copy-status]");
    if (status) status.textContent = status.dataset[word] || "";
  }
  function mark(source) {
    if (source.select) {
      source.focus();
      source.select();
      return;
    }
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  function copyMarked(source) {
    mark(source);
    try {
      return document.execCommand("copy"); // where the page is not served over TLS
    } catch {
      return false;
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    const source = button && document.getElementById(button.dataset.copy);
    if (!source) return;
    const text = "value" in source ? source.value : source.textContent;
    const byHand = () => say(button, copyMarked(source) ? "copied" : "marked");
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(() => say(button, "copied"), byHand);
    } else {
      byHand();
    }
  });
})();
