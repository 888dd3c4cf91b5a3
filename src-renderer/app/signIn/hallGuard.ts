import { guardGlass } from '../../features/showcase/glassGuard.ts';
import type { Destination } from './destination.ts';

/** A code that a desk asked for is shown in the hall: visitors reach nothing but the page's own controls, as on the page that it stands for. */
export function guardHall({ pair }: Destination, page: Parameters<typeof guardGlass>[0]): void {
  if (pair?.isAsked === true) guardGlass(page);
}
