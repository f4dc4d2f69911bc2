// A line chart over the last five minutes. Colours come from the style sheet, so that light and dark hold for it, too.

import uPlot from './uplot.js';
import { el } from './parts.js';

const HEIGHT = 150;
const LONGEST = 300;
const SHORTEST = 60;

// Steps of the scale: whole numbers, and powers of two for bytes.
export const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7];
export const BINARY = Array.from({ length: 44 }, (_each, power) => 2 ** power);

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export class Chart {
  // series: [{ label, colour: '--name', of: (sample) => value }]; text(samples) is the same for those who do not see it.
  constructor(name, series, format, text, steps) {
    this.steps = steps;
    this.series = series;
    this.format = format;
    this.text = text;
    this.plot = null;
    this.caption = el('span', { class: 'quiet' });
    this.canvas = el('div', { class: 'canvas', 'aria-hidden': 'true' });
    this.keys = el('p', { class: 'keys', 'aria-hidden': 'true' }, series.map((one) => {
      const mark = el('span', { class: 'mark' });
      mark.style.background = `var(${one.colour})`;
      return el('span', {}, mark, one.label);
    }));
    this.figure = el('figure', {}, el('figcaption', {}, el('strong', {}, name), ' ', this.caption), this.keys, this.canvas);
    this.watch = new ResizeObserver(() => this.plot?.setSize({ width: this.width(), height: HEIGHT }));
    this.dark = matchMedia('(prefers-color-scheme: dark)');
    this.repaint = () => { this.drop(); this.draw(this.last ?? []); };
    this.dark.addEventListener('change', this.repaint);
  }

  width() {
    return Math.max(120, this.canvas.clientWidth);
  }

  draw(samples) {
    this.last = samples;
    this.caption.textContent = samples.length === 0 ? 'waiting for the first second' : this.text(samples.at(-1), samples);
    const rows = [samples.map((sample) => sample.time / 1000), ...this.series.map((one) => samples.map((sample) => one.of(sample)))];
    if (this.plot === null && this.canvas.isConnected) {
      this.plot = new uPlot(this.options(), rows, this.canvas);
      this.watch.observe(this.canvas);
    } else {
      this.plot?.setData(rows, false);
    }
    this.plot?.setScale('x', this.span());
  }

  // As long as there are samples, but at least a minute and at most five.
  span() {
    const first = (this.last[0]?.time ?? Date.now()) / 1000;
    const end = (this.last.at(-1)?.time ?? Date.now()) / 1000;
    return { min: end - Math.min(LONGEST, Math.max(SHORTEST, end - first)), max: end };
  }

  options() {
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1, size: 4 },
      font: '11px system-ui, sans-serif' };
    return {
      width: this.width(),
      height: HEIGHT,
      padding: [8, 12, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      scales: { x: { time: true, ...this.span(), auto: false }, y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.1 : 1] } },
      axes: [
        { ...axis, space: 80, size: 26, values: (_plot, times) => times.map((time) => new Date(time * 1000).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })) },
        { ...axis, size: 62, space: 30, ...(this.steps ? { incrs: this.steps } : {}), values: (_plot, values) => values.map((value) => this.format(value)) },
      ],
      series: [{}, ...this.series.map((one) => ({ label: one.label, stroke: colour(one.colour), width: 2, points: { show: false }, spanGaps: false,
        fill: one.filled ? colour(one.colour) + '22' : undefined }))],
    };
  }

  drop() {
    this.watch.disconnect();
    this.plot?.destroy();
    this.plot = null;
  }

  leave() {
    this.drop();
    this.dark.removeEventListener('change', this.repaint);
  }
}
