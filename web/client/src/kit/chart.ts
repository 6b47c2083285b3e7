// Charts: uPlot in the theme's colours, drawn again when the theme or the available width changes.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { chartData, momentWords, wordAt, type ChartSeries } from "./chart_data";
import { t } from "./i18n";
import type { Mount } from "./islands";

const HEIGHT = 240;
// Lines also differ in their dashes: not everybody can tell the colours apart.
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4], [4, 4], [12, 6]];

export const chart: Mount = (place) => {
  const told = place.querySelector("script[type='application/json']")?.textContent;
  if (!told) return () => undefined;
  const series = JSON.parse(told) as ChartSeries;
  const stage = document.createElement("div");
  place.append(stage);
  let drawn: uPlot | null = null;
  const draw = () => {
    drawn?.destroy();
    drawn = new uPlot(options(series, place), chartData(series).columns, stage);
  };
  const theme = new MutationObserver(draw);
  theme.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  const room = new ResizeObserver(() => {
    if (place.clientWidth) drawn?.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  room.observe(place);
  draw();
  return () => {
    theme.disconnect();
    room.disconnect();
    drawn?.destroy();
    stage.remove();
  };
};

function options(series: ChartSeries, place: HTMLElement): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const { time } = chartData(series);
  const language = document.documentElement.lang;
  // The reader's time zone as on the pages, which may differ from the browser's.
  const timeZone = document.documentElement.dataset.zone || undefined;
  const moments: uPlot.Axis.Values = (_u, at) => {
    const says = momentWords(language, (at[at.length - 1] ?? 0) - (at[0] ?? 0), timeZone);
    return at.map((one) => says.format(one * 1000));
  };
  const letters = Math.floor((place.clientWidth - 60) / Math.max(1, series.at.length) / 9);
  const words: uPlot.Axis.Values = (_u, at) => at.map((one) => wordAt(series.at, one, letters));
  const whole = (at: number) =>
    new Date(at * 1000).toLocaleString(language, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone,
    });
  const bars = series.kind === "bars" ? uPlot.paths.bars?.({ size: [0.6, 48] }) : undefined;
  const axis: uPlot.Axis = {
    stroke: colour("--chart-words"),
    grid: { stroke: colour("--chart-grid"), width: 1 },
    ticks: { stroke: colour("--chart-grid"), width: 1 },
    font: `12px ${style.fontFamily}`,
  };
  return {
    width: place.clientWidth || 600,
    height: HEIGHT,
    scales: {
      x: { time, ...(time ? {} : { range: (_u, min, max) => [min - 0.5, max + 0.5] }) },
      y: { range: (_u, _min, max) => [0, Math.max(1, max * 1.1)] },
    },
    axes: [
      { ...axis, values: time ? moments : words, ...(time ? {} : { incrs: [1, 2, 5, 10, 20, 50] }) },
      { ...axis, size: 56, values: (_u, values) => values.map((one) => `${one}${series.unit ?? ""}`) },
    ],
    series: [
      { label: t("When"), value: (_u, at) => (at === null ? "" : time ? whole(at) : wordAt(series.at, at)) },
      ...series.lines.map((line, index): uPlot.Series => {
        const stroke = colour(`--chart-${(index % 6) + 1}`);
        return {
          label: line.label,
          stroke,
          width: 2,
          dash: bars ? [] : (DASHES[index % DASHES.length] ?? []),
          fill: bars ? stroke : undefined,
          paths: bars,
          points: { show: !bars && series.at.length < 60 },
        };
      }),
    ],
  };
}
