/** Loaded before a hub: its date is set by messages of the test, `{ stepMs }`, as an operator or a time server sets it. */
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

process.on('message', (message) => {
  if (typeof message?.stepMs === 'number') aheadMs += message.stepMs;
});
