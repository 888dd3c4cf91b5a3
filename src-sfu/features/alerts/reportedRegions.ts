import { reportLimits } from '../../../src-shared/alerts/alertIntake.ts';
import type { AlertRegion } from '../../../src-shared/alerts/alertView.ts';
import { numberOf, tidyText, type Warn } from './reportedValues.ts';

/**
 * A region up to this far outside the picture is a box that reaches over its edge. Beyond that, the values are pixels or
 * nonsense. Shares of the picture's size.
 */
const outside = 1;

/** Regions in shares of the picture: those over its edge are cut to it, values that are not regions are left out. */
export function tidyRegions(value: unknown, warn: Warn): AlertRegion[] | undefined {
  if (value === undefined || value === null) return undefined;
  const sent: unknown[] = Array.isArray(value) ? value : [value];
  let changed = 0;
  const kept: AlertRegion[] = [];
  for (const one of sent.slice(0, reportLimits.regions)) {
    const region = tidyRegion(one, warn);
    if (region === undefined) continue;
    kept.push(region.region);
    if (region.isChanged) changed += 1;
  }
  if (changed > 0) {
    warn('regions_clipped', `${changed} of the regions had to be made shares of the picture, 0…1.`);
  }
  const leftOut = sent.length - kept.length;
  if (leftOut > 0) {
    const message = `${leftOut} of the regions were left out: at most ${reportLimits.regions} are kept, each with x, y, width and height as shares of the picture, 0…1.`;
    warn('regions_left_out', message);
  }
  return kept;
}

function tidyRegion(value: unknown, warn: Warn): { region: AlertRegion; isChanged: boolean } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { x, y, width, height, label } = value as Record<string, unknown>;
  const across = cutSpan(numberOf(x), numberOf(width));
  const down = cutSpan(numberOf(y), numberOf(height));
  if (across === undefined || down === undefined) return undefined;
  const tidyLabel = tidyText('label', label, reportLimits.label, warn);
  const region: AlertRegion = {
    x: across.begin,
    y: down.begin,
    width: across.size,
    height: down.size,
    ...(tidyLabel === undefined ? {} : { label: tidyLabel }),
  };
  const isChanged = region.x !== x || region.y !== y || region.width !== width || region.height !== height;
  return { region, isChanged };
}

/** The part of a span that lies within 0…1; undefined when there is none, or when the values are not a span. */
function cutSpan(begin: number, size: number): { begin: number; size: number } | undefined {
  if (begin >= 0 && begin <= 1 && size >= 0 && size <= 1) return { begin, size };
  if (!(begin >= -outside && begin <= 1 + outside && size >= -outside && size <= 1 + 2 * outside))
    return undefined;
  const first = Math.min(1, Math.max(0, begin));
  const last = Math.min(1, Math.max(first, begin + Math.max(0, size)));
  // A box that is outside only because of rounding keeps its size of 0; a box that is really outside is dropped.
  const isOutside = size < -0.001 || begin + size < -0.001 || begin > 1.001;
  return isOutside ? undefined : { begin: first, size: last - first };
}
