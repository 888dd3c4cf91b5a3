import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HoldKey } from '../../../../../src-renderer/features/talk/holdKey.ts';
import { findTalkFields, readTalkFields } from '../../../../../src-renderer/features/talk/headsetReports.ts';
import type { HidCollection, HidItem } from '../../../../../src-renderer/features/talk/headsetReports.ts';
import {
  watchHeadsets,
  type Headset,
  type HidHeadset,
} from '../../../../../src-renderer/features/talk/headsetWatch.ts';
import fc from '../../../../support/properties.ts';

const hook = 0x0b_0020;
const mute = 0x0b_002f;
const bit = (...usages: number[]): HidItem => ({ usages, reportSize: 1, reportCount: usages.length });
const padding = (bits: number): HidItem => ({ usages: [], reportSize: 1, reportCount: bits });
const telephony = (...items: HidItem[]): HidCollection => ({
  usagePage: 0x0b,
  inputReports: [{ reportId: 3, items }],
});
/** As of a Jabra headset: hook switch, line, mute, then padding. */
const usual = [telephony(bit(hook, 0x0b_002a), bit(mute), padding(5))];

/** A headset of the browser, with the cable in a test's hand. */
class StandInHeadset extends EventTarget implements HidHeadset {
  productName = 'Duty headset';
  opened = false;
  isTaken = false;
  collections: readonly HidCollection[] = usual;
  open(): Promise<void> {
    if (this.isTaken) return Promise.reject(new DOMException('no', 'NotAllowedError'));
    this.opened = true;
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  report(...bytes: number[]): void {
    this.reportAs(3, ...bytes);
  }
  reportAs(reportId: number, ...bytes: number[]): void {
    const data = new DataView(new Uint8Array(bytes).buffer);
    this.dispatchEvent(Object.assign(new Event('inputreport'), { reportId, data }));
  }
}

/** A page with a talk key, and the ports of the machine it is on. */
function page() {
  const hid = new EventTarget();
  const clock = { nowMs: 0 };
  const window = new EventTarget();
  const done: string[] = [];
  let headsets: readonly Headset[] = [];
  const hold = new HoldKey(
    { window, document: Object.assign(new EventTarget(), { hidden: false }) },
    { press: () => done.push('press'), letGo: () => done.push('letGo') },
  );
  let chosen: HidHeadset[] = [];
  const watch = watchHeadsets(
    Object.assign(hid, {
      getDevices: () => Promise.resolve([]),
      requestDevice: () => Promise.resolve(chosen),
    }),
    {
      down: (id) => hold.padDown(id),
      up: (id) => hold.padUp(id),
      changed: (now) => (headsets = now),
    },
    () => clock.nowMs,
  );
  const say = async (name: 'connect' | 'disconnect', device: HidHeadset): Promise<void> => {
    hid.dispatchEvent(Object.assign(new Event(name), { device }));
    await vi.waitFor(() => expect(headsets.every(({ state }) => state !== 'opening')).toBe(true), {
      interval: 1,
    });
  };
  return {
    done,
    hold,
    window,
    clock,
    headsets: () => headsets,
    unplug: (device: HidHeadset) => say('disconnect', device),
    /** Plugs it in and waits until its reports count. */
    async plug(device: HidHeadset) {
      await say('connect', device);
      clock.nowMs += 1_000;
    },
    plugOnly: (device: HidHeadset) => say('connect', device),
    async choose(device: HidHeadset) {
      chosen = [device];
      await watch.connect();
      await say('connect', device);
    },
  };
}

let headset: StandInHeadset;
beforeEach(() => void (headset = new StandInHeadset()));

describe('the call button of a headset', () => {
  it('holds the talk key while it is down, and the mute button beside it does not', async () => {
    const { plug, done, headsets } = page();
    await plug(headset);
    expect(headsets()).toEqual([{ name: 'Duty headset', state: 'ready' }]);
    headset.report(0b100);
    headset.report(0b101);
    headset.report(0b101);
    expect(headsets()[0]?.state).toBe('held');
    expect(done).toEqual(['press']);
    headset.report(0b100);
    expect(done).toEqual(['press', 'letGo']);
  });

  it('ends the press when the headset is unplugged while it is held, and holds again only after another press', async () => {
    const { plug, unplug, done, headsets } = page();
    await plug(headset);
    headset.report(1);
    await unplug(headset);
    expect(done).toEqual(['press', 'letGo']);
    expect(headsets()).toEqual([]);
    headset.report(1);
    await plug(headset);
    headset.report(0);
    expect(done).toEqual(['press', 'letGo']);
    headset.report(1);
    expect(done.at(-1)).toBe('press');
  });

  it('that is off the hook when it is plugged in talks only after it was up', async () => {
    const { plugOnly, clock, done } = page();
    await plugOnly(headset);
    clock.nowMs = 100;
    headset.report(1);
    clock.nowMs = 5_000;
    headset.report(1);
    expect(done).toEqual([]);
    headset.report(0);
    headset.report(1);
    expect(done).toEqual(['press']);
  });

  it('counts as up in a report that is too short for it', async () => {
    const { plug, done } = page();
    await plug(headset);
    headset.report(1);
    headset.report();
    expect(done).toEqual(['press', 'letGo']);
    headset.reportAs(4, 1);
    expect(done).toEqual(['press', 'letGo']);
  });

  it('that another program has is said to be taken, and can be connected again', async () => {
    const { plug, choose, clock, headsets, done } = page();
    headset.isTaken = true;
    await plug(headset);
    headset.report(1);
    expect([headsets()[0]?.state, done]).toEqual(['taken', []]);
    headset.isTaken = false;
    await choose(headset);
    clock.nowMs += 1_000;
    headset.report(1);
    expect([headsets(), done]).toEqual([[{ name: 'Duty headset', state: 'held' }], ['press']]);
  });

  it('is missed in a device that has none, and other devices are none of ours', async () => {
    const { plug, headsets } = page();
    headset.collections = [telephony(bit(mute), padding(7))];
    const keyboard = new StandInHeadset();
    keyboard.collections = [{ ...telephony(bit(hook)), usagePage: 0x01 }];
    await plug(headset);
    await plug(keyboard);
    expect(headsets()).toEqual([{ name: 'Duty headset', state: 'no_button' }]);
    expect(keyboard.opened).toBe(false);
  });

  it('is found at any place of the report, as bit, in a range and in an array', () => {
    const down = (items: HidItem[], ...bytes: number[]): boolean => {
      const seen = readTalkFields(findTalkFields([telephony(...items)]), 3, viewOf(bytes));
      expect(seen.size).toBe(1);
      return [...seen.values()].includes(true);
    };
    const range = { isRange: true, usageMinimum: 0x0b_001f, usageMaximum: 0x0b_0021 };
    const array = { isArray: true, usages: [mute, hook], logicalMinimum: 1, reportSize: 8, reportCount: 2 };
    expect(down([padding(11), bit(hook)], 0, 0b1000)).toBe(true);
    expect(down([padding(11), bit(hook)], 0xff, 0b0111)).toBe(false);
    expect(down([{ ...range, reportSize: 2, reportCount: 3 }], 0b001000)).toBe(true);
    expect(down([{ ...range, reportSize: 2, reportCount: 3 }], 0b110011)).toBe(false);
    expect(down([array], 1, 2)).toBe(true);
    expect(down([array], 1, 0)).toBe(false);
    expect(down([{ ...array, ...range, usages: [] }], 2, 0)).toBe(true);
  });

  it('is read from whatever a device describes and sends without a fault', () => {
    const number = fc.oneof(
      fc.integer({ min: -1, max: 70 }),
      fc.constantFrom(hook, 0x09_0001, 2 ** 31, 2 ** 40),
    );
    const item = fc.record(
      {
        isArray: fc.boolean(),
        isRange: fc.boolean(),
        usages: fc.array(number, { maxLength: 4 }),
        usageMinimum: number,
        usageMaximum: number,
        reportSize: number,
        reportCount: number,
        logicalMinimum: number,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(item, { maxLength: 5 }), fc.uint8Array({ maxLength: 40 }), (items, bytes) => {
        const fields = findTalkFields([telephony(...items)]);
        const seen = readTalkFields(fields, 3, viewOf([...bytes]));
        expect([...seen.keys()].sort()).toEqual([...new Set(fields.map(({ buttonId }) => buttonId))].sort());
        const empty = readTalkFields(fields, 3, viewOf([]));
        expect([...empty.values()].includes(true)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

const viewOf = (bytes: number[]): DataView => new DataView(new Uint8Array(bytes).buffer);

describe('a talk key that headsets hold, whatever happens', () => {
  const deed = fc.oneof(
    fc.record({ do: fc.constantFrom('plug' as const, 'unplug' as const), index: fc.nat(1) }),
    fc.record({ do: fc.constant('report' as const), index: fc.nat(1), byte: fc.nat(7) }),
    fc.record({ do: fc.constant('blur' as const), index: fc.constant(0) }),
    fc.record({ do: fc.constantFrom('fingerDown' as const, 'fingerUp' as const), index: fc.constant(0) }),
    fc.record({ do: fc.constant('wait' as const), index: fc.nat(1_500) }),
  );

  it('is down only while a button or the finger is, and is released once for each press', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
        const { plugOnly, unplug, hold, window, clock, done } = page();
        const headsets = [new StandInHeadset(), new StandInHeadset()];
        const plugged = [false, false];
        const isDown = [false, false];
        let isFingerDown = false;
        for (const one of deeds) {
          const device = headsets[one.index];
          if (one.do === 'wait') clock.nowMs += one.index;
          else if (one.do === 'blur') window.dispatchEvent(new Event('blur'));
          else if (one.do === 'fingerDown' && !isFingerDown) {
            isFingerDown = true;
            hold.pointerDown({ pointerId: 1, pointerType: 'touch' });
          } else if (one.do === 'fingerUp' && isFingerDown) {
            isFingerDown = false;
            window.dispatchEvent(
              Object.assign(new Event('pointerup'), { pointerId: 1, pointerType: 'touch' }),
            );
          } else if (one.do === 'plug' && !plugged[one.index]) {
            plugged[one.index] = true;
            isDown[one.index] = false;
            await plugOnly(device!);
          } else if (one.do === 'unplug' && plugged[one.index]) {
            plugged[one.index] = false;
            isDown[one.index] = false;
            await unplug(device!);
          } else if (one.do === 'report' && plugged[one.index]) {
            isDown[one.index] = (one.byte & 1) === 1;
            device!.report(one.byte);
          }
          if (hold.isDown) expect(isFingerDown || isDown.includes(true)).toBe(true);
        }
        expect(done.length % 2 === 1).toBe(hold.isDown);
        done.forEach((what, index) => expect(what).toBe(index % 2 === 0 ? 'press' : 'letGo'));
        hold.up();
      }),
      { numRuns: 150 },
    );
  });
});
