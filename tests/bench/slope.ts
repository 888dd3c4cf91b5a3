/** A line through measured points. */
export interface Slope {
  /** Growth of y for each step of x. */
  perStep: number;
  /** The standard error of that growth: twice as much each way holds the truth 19 times of 20. */
  standardError: number;
}

/** The least-squares line through points (x, y). Throws with fewer than three, through which every line fits. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  if (points.length < 3) throw new Error(`${points.length} points show no growth; at least three are needed`);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  if (spread === 0) throw new Error('all points have the same x');
  const perStep = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - perStep * (x - meanX)) ** 2, 0);
  return { perStep, standardError: Math.sqrt(residual / (points.length - 2) / spread) };
}
