import { findTalkFields, readTalkFields, telephonyPage, type HidCollection } from './headsetReports.ts';
import { comparePadButtons, type PadButtons } from './padButtons.ts';

/** A HID device of the browser; only what is used of it. */
export interface HidHeadset extends Pick<EventTarget, 'addEventListener' | 'removeEventListener'> {
  readonly productName: string;
  readonly opened: boolean;
  readonly collections: readonly HidCollection[];
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The HID devices that this page may use: those that somebody chose in the browser’s own window. */
export interface HidPort extends Pick<EventTarget, 'addEventListener'> {
  getDevices(): Promise<readonly HidHeadset[]>;
  requestDevice(options: { filters: { usagePage: number }[] }): Promise<readonly HidHeadset[]>;
}

/** `no_button`: it has none that is known. `taken`: another program has it, or the system keeps it. */
export type HeadsetState = 'opening' | 'ready' | 'held' | 'no_button' | 'taken';

export interface Headset {
  name: string;
  state: HeadsetState;
}

export interface HeadsetActions {
  down(buttonId: string): void;
  up(buttonId: string): void;
  /** The headsets that are plugged in now. */
  changed(headsets: readonly Headset[]): void;
}

export interface HeadsetWatch {
  /** Lets the officer choose a headset in the browser’s window. Called in a gesture. */
  connect(): Promise<void>;
}

/**
 * A report within this time after the device was opened says how its buttons lie, and presses none: a handset that was put down off the
 * hook must not begin to talk by itself. Milliseconds.
 */
const settlesMs = 1_000;

/** What is known of one headset. */
interface Watched {
  state: HeadsetState;
  buttons: PadButtons;
  openedAtMs: number;
  stop(): void;
}

/**
 * Follows the talk buttons of headsets and handsets (USB HID, telephony devices) for as long as they are plugged in. A button of a device
 * that goes away goes up first.
 */
export function watchHeadsets(hid: HidPort, actions: HeadsetActions, nowMs: () => number): HeadsetWatch {
  const watched = new Map<HidHeadset, Watched>();
  let count = 0;

  const say = (): void =>
    actions.changed([...watched].map(([{ productName }, { state }]) => ({ name: productName, state })));

  const take = (headset: Watched, seen: PadButtons): void => {
    const now = new Map([...headset.buttons, ...seen]);
    const { down, up } = comparePadButtons(headset.buttons, now);
    headset.buttons = now;
    for (const id of up) actions.up(id);
    const isSettling = nowMs() - headset.openedAtMs < settlesMs;
    if (!isSettling) for (const id of down) actions.down(id);
    headset.state = [...now.values()].includes(true) ? 'held' : 'ready';
    if (down.length + up.length > 0) say();
  };

  const leave = (device: HidHeadset): void => {
    const headset = watched.get(device);
    if (headset === undefined) return;
    watched.delete(device);
    headset.stop();
    for (const [id, isDown] of headset.buttons) if (isDown) actions.up(id);
    say();
  };

  const join = async (device: HidHeadset): Promise<void> => {
    const isTelephony = device.collections.some(({ usagePage }) => usagePage === telephonyPage);
    if (!isTelephony || watched.has(device)) return;
    const fields = findTalkFields(device.collections);
    const number = ++count;
    const idOf = (buttonId: string): string => `headset ${number} ${buttonId}`;
    const onReport = (event: Event): void => {
      const { reportId, data } = event as Event & { reportId: number; data: DataView };
      const seen = readTalkFields(fields, reportId, data);
      if (seen.size > 0) take(headset, new Map([...seen].map(([id, isDown]) => [idOf(id), isDown])));
    };
    const headset: Watched = {
      state: fields.length === 0 ? 'no_button' : 'opening',
      // Nobody reports a button that is up: each is up until a report says otherwise.
      buttons: new Map(fields.map(({ buttonId }) => [idOf(buttonId), false])),
      openedAtMs: Infinity,
      stop: () => device.removeEventListener('inputreport', onReport),
    };
    watched.set(device, headset);
    say();
    if (fields.length === 0) return;
    const isOpen = device.opened || (await device.open().then(yes, no));
    // It may have been unplugged meanwhile.
    if (watched.get(device) !== headset) return;
    headset.state = isOpen ? 'ready' : 'taken';
    headset.openedAtMs = nowMs();
    if (isOpen) device.addEventListener('inputreport', onReport);
    say();
  };

  const deviceOf = (event: Event): HidHeadset => (event as Event & { device: HidHeadset }).device;
  hid.addEventListener('connect', (event) => void join(deviceOf(event)));
  hid.addEventListener('disconnect', (event) => leave(deviceOf(event)));
  const joinAll = (devices: readonly HidHeadset[]): void => devices.forEach((device) => void join(device));
  void hid.getDevices().then(joinAll, no);
  return {
    async connect() {
      const chosen = await hid.requestDevice({ filters: [{ usagePage: telephonyPage }] }).catch(() => []);
      // One that another program had may be free now.
      for (const device of chosen) if (watched.get(device)?.state === 'taken') leave(device);
      joinAll(chosen);
    },
  };
}

const yes = (): boolean => true;
const no = (): boolean => false;
