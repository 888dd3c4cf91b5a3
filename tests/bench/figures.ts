/** One line of the bench's output. A figure that is a single number has it in p50, p95 and max. */
export interface Figure {
  /** `area.what.how`, such as `wall.first_picture.warm`. */
  figure: string;
  unit: 'ms' | 'MiB' | 'percent' | 'count' | 'share';
  n: number;
  p50: number;
  p95: number;
  max: number;
}

/** Whole numbers given on the command line, such as `--turns 40`. */
export type BenchOptions = Readonly<Record<string, number>>;

/** A bench of one area: measures and reports figures, which all begin with the area's name. */
export type Bench = (
  report: (figure: Figure) => void,
  progress: (text: string) => void,
  options: BenchOptions,
) => Promise<void>;

/** The figure of a set of samples. Throws without samples: a bench that measured nothing has failed. */
export function figureOf(figure: string, unit: Figure['unit'], samples: readonly number[]): Figure {
  if (samples.length === 0) throw new Error(`${figure}: nothing was measured`);
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    figure,
    unit,
    n: sorted.length,
    p50: rounded(percentile(sorted, 0.5)),
    p95: rounded(percentile(sorted, 0.95)),
    max: rounded(percentile(sorted, 1)),
  };
}

/** The figure of one number, measured over `n` things. */
export function singleFigure(figure: string, unit: Figure['unit'], value: number, n = 1): Figure {
  const single = rounded(value);
  return { figure, unit, n, p50: single, p95: single, max: single };
}

/** The nearest-rank percentile of ascending samples. */
export function percentile(sorted: readonly number[], share: number): number {
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[index] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
