export interface Growth {
  readonly pods: number;
  readonly ms: number;
}

const SIZE = { width: 640, height: 360, left: 70, right: 20, top: 40, bottom: 50 };

/** Time over size, both axes logarithmic. An SVG that stands alone. */
export function plotGrowth(points: readonly Growth[]): string {
  const x = axis(
    points.map(({ pods }) => pods),
    SIZE.left,
    SIZE.width - SIZE.right,
  );
  const y = axis(
    points.map(({ ms }) => ms),
    SIZE.height - SIZE.bottom,
    SIZE.top,
  );
  const path = points.map(({ pods, ms }) => `${at(x.place(pods))},${at(y.place(ms))}`).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${SIZE.width}" height="${SIZE.height}" fill="#fff"/>`,
    `<text x="${SIZE.left}" y="22" font-size="14">Full matrix of exact sets: time over pods (both logarithmic)</text>`,
    ...x.ticks.map((tick) => verticalLine(x.place(tick), tick.toLocaleString('en'))),
    ...y.ticks.map((tick) => horizontalLine(y.place(tick), tick >= 1000 ? `${tick / 1000} s` : `${tick} ms`)),
    `<text x="${(SIZE.left + SIZE.width) / 2}" y="${SIZE.height - 10}" text-anchor="middle">pods</text>`,
    `<polyline points="${path}" fill="none" stroke="#0b63ce" stroke-width="2"/>`,
    ...points.map(({ pods, ms }) => dot(x.place(pods), y.place(ms), ms)),
    '</svg>',
    '',
  ].join('\n');
}

interface Axis {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** From the power of ten below the least value to the one above the greatest. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(least + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: most - least + 1 }, (_, index) => 10 ** (least + index)),
    place: (value) => from + ((Math.log10(value) - least) / (most - least)) * (to - from),
  };
}

function verticalLine(x: number, label: string): string {
  const { top, height, bottom } = SIZE;
  return `<path d="M${at(x)} ${top}V${height - bottom}" stroke="#ddd"/><text x="${at(x)}" y="${height - bottom + 16}" text-anchor="middle">${label}</text>`;
}

function horizontalLine(y: number, label: string): string {
  const { left, width, right } = SIZE;
  return `<path d="M${left} ${at(y)}H${width - right}" stroke="#ddd"/><text x="${left - 8}" y="${at(y + 4)}" text-anchor="end">${label}</text>`;
}

function dot(x: number, y: number, ms: number): string {
  const label = ms >= 1000 ? `${(ms / 1000).toFixed(2)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
  return `<circle cx="${at(x)}" cy="${at(y)}" r="4" fill="#0b63ce"/><text x="${at(x - 8)}" y="${at(y - 8)}" text-anchor="end">${label}</text>`;
}

function at(value: number): string {
  return value.toFixed(1);
}
