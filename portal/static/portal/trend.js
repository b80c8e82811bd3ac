/* Draws each canvas with data-trend (labels, and values of 100 or none) as a small line. */
(function () {
  "use strict";

  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  document.querySelectorAll("canvas[data-trend]").forEach((canvas) => {
    const points = JSON.parse(canvas.dataset.trend);
    const line = colour("--kefu-accent");
    const grid = colour("--kefu-line");
    const ink = colour("--kefu-muted");
    new window.Chart(canvas, {
      type: "line",
      data: {
        labels: points.labels,
        datasets: [
          {
            data: points.values,
            borderColor: line,
            backgroundColor: line,
            borderWidth: 2,
            pointRadius: 3,
            spanGaps: true,
          },
        ],
      },
      options: {
        animation: false,
        maintainAspectRatio: false,
        plugins: { legend: { display: false } },
        scales: {
          y: { min: 0, max: 100, ticks: { color: ink, stepSize: 25 }, grid: { color: grid } },
          x: { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false } },
        },
      },
    });
  });
})();
