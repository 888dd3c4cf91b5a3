/**
 * Loaded before a hub: its date is set by messages of the test, `{ stepMs }`, as an operator or a time server sets it. `{ passMs }` lets time
 * pass: the date and the running clock both go on by so much.
 */
const RealDate = Date;
let aheadMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + aheadMs);
    else super(...parts);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};

const running = performance.now.bind(performance);
let passedMs = 0;
performance.now = () => running() + passedMs;

process.on('message', (message) => {
  if (typeof message?.stepMs === 'number') aheadMs += message.stepMs;
  if (typeof message?.passMs === 'number') {
    aheadMs += message.passMs;
    passedMs += message.passMs;
  }
});
