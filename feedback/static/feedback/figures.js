/* Draws each canvas with data-bars: this month beside the month before, with the 95 % interval of
   this month as a line across its bar. A click on a bar leads to its rows, as the table does. */
(function () {
  "use strict";

  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const ink = colour("--kefu-muted");

  function intervals(data) {
    return {
      id: "intervals",
      afterDatasetsDraw(chart) {
        const { ctx, scales } = chart;
        ctx.save();
        ctx.strokeStyle = ink;
        ctx.lineWidth = 1.5;
        chart.getDatasetMeta(0).data.forEach((bar, at) => {
          if (data.low[at] === null) return;
          const from = scales.x.getPixelForValue(data.low[at]);
          const to = scales.x.getPixelForValue(data.high[at]);
          ctx.beginPath();
          ctx.moveTo(from, bar.y);
          ctx.lineTo(to, bar.y);
          for (const end of [from, to]) {
            ctx.moveTo(end, bar.y - 4);
            ctx.lineTo(end, bar.y + 4);
          }
          ctx.stroke();
        });
        ctx.restore();
      },
    };
  }
  document.querySelectorAll("canvas[data-bars]").forEach((canvas) => {
    const data = JSON.parse(canvas.dataset.bars);
    canvas.parentElement.style.height = `${6 + 2.6 * data.labels.length}rem`;
    new window.Chart(canvas, {
      type: "bar",
      data: {
        labels: data.labels,
        datasets: [
          { label: data.names[0], data: data.now, backgroundColor: colour("--kefu-accent") },
          { label: data.names[1], data: data.last, backgroundColor: colour("--kefu-line") },
        ],
      },
      options: {
        indexAxis: "y",
        animation: false,
        maintainAspectRatio: false,
        onClick: (_event, hits) => {
          const url = hits.length ? data.urls[hits[0].index] : "";
          if (url) window.location.assign(url);
        },
        plugins: { legend: { labels: { color: ink } } },
        scales: {
          x: { min: 0, max: 100, ticks: { color: ink }, grid: { color: colour("--kefu-line") } },
          y: { ticks: { color: ink }, grid: { display: false } },
        },
      },
      plugins: [intervals(data)],
    });
  });
})();
