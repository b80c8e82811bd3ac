/* Draws each canvas[data-figure] (kind, labels, now, last) that comes into the page with a tile. */
(function () {
  "use strict";

  const LONGEST = 14;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const short = (label) => (label.length > LONGEST ? label.slice(0, LONGEST - 1) + "…" : label);

  function draw(canvas) {
    if (!window.Chart || canvas.dataset.drawn) return;
    canvas.dataset.drawn = "yes";
    const figure = JSON.parse(canvas.dataset.figure);
    const lying = figure.kind === "bar";
    const series = (label, data, shade) => ({ label, data, backgroundColor: shade, maxBarThickness: 18 });
    const datasets = [series(canvas.dataset.now, figure.now, colour("--kefu-accent"))];
    if (figure.last.length) datasets.push(series(canvas.dataset.last, figure.last, colour("--kefu-line")));
    const ink = colour("--kefu-muted");
    const grid = colour("--kefu-line");
    const names = {
      ticks: { color: ink, callback: (value) => short(figure.labels[value]), autoSkip: false },
      grid: { display: false },
    };
    const numbers = { beginAtZero: true, ticks: { color: ink, precision: 0 }, grid: { color: grid } };
    new window.Chart(canvas, {
      type: "bar",
      data: { labels: figure.labels, datasets },
      options: {
        animation: false,
        maintainAspectRatio: false,
        indexAxis: lying ? "y" : "x",
        plugins: { legend: { display: datasets.length > 1, labels: { color: ink, boxWidth: 12 } } },
        scales: lying ? { x: numbers, y: names } : { x: names, y: numbers },
      },
    });
  }
  function drawAll(root) {
    root.querySelectorAll("canvas[data-figure]").forEach(draw);
  }
  document.addEventListener("htmx:afterSettle", (event) => drawAll(event.target));
  document.addEventListener("DOMContentLoaded", () => drawAll(document));
})();
