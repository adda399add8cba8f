"use strict";
(function () {
  const report = JSON.parse(document.getElementById("data").textContent);
  const main = document.getElementById("report");
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const ink = dark ? "#9aa3ad" : "#5b626b";
  const grid = dark ? "#2a2f36" : "#eceff2";
  // Okabe and Ito: told apart with every kind of colour vision.
  const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", dark ? "#f0e442" : "#8a8000", ink];

  function add(parent, tag, text, name) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (name) element.className = name;
    return parent.appendChild(element);
  }

  main.textContent = "";
  add(main, "h1", report.title);
  add(main, "p", report.summary);
  for (const table of report.tables) {
    add(main, "h2", table.title);
    const shown = add(add(main, "div", undefined, "scroll"), "table", undefined, "data");
    const head = add(add(shown, "thead"), "tr");
    table.header.forEach((name) => add(head, "th", name));
    const body = add(shown, "tbody");
    for (const row of table.rows) {
      const line = add(body, "tr");
      row.forEach((cell) => add(line, "td", cell));
    }
  }

  for (const gallery of report.galleries) {
    add(main, "h2", gallery.title);
    const row = add(main, "div", undefined, "gallery");
    for (const picture of gallery.pictures) {
      const figure = add(row, "figure");
      const image = add(figure, "img");
      image.setAttribute("src", picture.source);
      image.alt = picture.caption;
      add(figure, "figcaption", picture.caption);
    }
  }

  const charts = add(main, "div", undefined, "charts");
  for (const chart of report.charts) {
    const place = add(charts, "section");
    add(place, "h2", chart.title);
    const columns = [];
    const series = [{ label: chart.xLabel }];
    const bands = [];
    chart.series.forEach((line, index) => {
      const colour = colours[index % colours.length];
      columns.push([line.x, line.y]);
      series.push({ label: line.name, stroke: colour, width: 1.5, spanGaps: true, points: { show: line.x.length < 30 } });
      if (line.high.length > 0) {
        const edge = { stroke: "transparent", spanGaps: true, points: { show: false } };
        columns.push([line.x, line.high], [line.x, line.low]);
        series.push({ label: line.name + ", high", ...edge }, { label: line.name + ", low", ...edge });
        bands.push({ series: [series.length - 2, series.length - 1], fill: colour + "22" });
      }
    });
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid } };
    const plot = new uPlot(
      {
        width: Math.max(320, place.clientWidth),
        height: 280,
        series,
        bands,
        scales: { x: { time: false } },
        axes: [{ ...axis, label: chart.xLabel, size: 44 }, { ...axis, label: chart.yLabel, size: 64 }],
      },
      uPlot.join(columns),
      place,
    );
    // The edges of a band need no line of the legend.
    plot.root.querySelectorAll(".u-legend .u-series").forEach((row, index) => {
      if (bands.some((band) => band.series.includes(index))) row.style.display = "none";
    });
  }
  add(main, "h2", "Made by");
  add(add(main, "p"), "code", report.source);
})();
