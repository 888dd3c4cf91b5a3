import type { types } from 'mediasoup';

const passedOn = new WeakSet<types.Consumer>();

/**
 * From now on the stream knows when the viewer of this consumer lacks packets. `reportOf` answers what to call then, or undefined
 * where the stream has no use for it.
 */
export function passOnLosses(consumer: types.Consumer, reportOf: () => (() => void) | undefined): void {
  const report = passedOn.has(consumer) ? undefined : reportOf();
  if (report === undefined) return;
  passedOn.add(consumer);
  consumer.on('trace', ({ type }) => {
    if (type === 'nack') report();
  });
  // A consumer that was closed meanwhile reports nothing.
  consumer.enableTraceEvent(['nack']).catch(() => undefined);
}
