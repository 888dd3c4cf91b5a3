import type { OrderPoint, RoadTime } from '../../../src-shared/orders/orderRank.ts';
import type { Road } from '../../../src-shared/orders/orderWay.ts';

/** A router that knows the roads. Both reject where it cannot be asked or answers something that is not usable. */
export interface Router {
  road(from: OrderPoint, to: OrderPoint, timeoutMs: number): Promise<RoadTime & Pick<Road, 'line'>>;
  /** The time from each place to one, in the order of `from`; undefined where no road leads there. */
  times(from: readonly OrderPoint[], to: OrderPoint, timeoutMs: number): Promise<(RoadTime | undefined)[]>;
}
