import { describe, expect, it } from 'vitest';
import { createVoiceNoteKey } from '../../../../../../src-renderer/features/field/attachments/voiceNoteKey.ts';
import type { Recording } from '../../../../../../src-renderer/features/field/attachments/voiceNote.ts';
import { HoldKey } from '../../../../../../src-renderer/features/talk/holdKey.ts';

const recording: Recording = { stop: () => Promise.resolve(undefined) };

/** A phone whose microphone comes when the test gives it. */
function phone() {
  const given: ((one: Recording | undefined) => void)[] = [];
  const recorded: Recording[] = [];
  const note = createVoiceNoteKey({
    record: () => new Promise((resolve) => given.push(resolve)),
    recorded: (one) => recorded.push(one),
  });
  const window = new EventTarget();
  const hold = new HoldKey({ window, document: Object.assign(new EventTarget(), { hidden: false }) }, note);
  const settle = () => Promise.resolve().then(() => undefined);
  return { note, hold, window, given, recorded, settle, isOn: () => note.store.getState().isOn };
}

describe('the key for a voice note', () => {
  it.each(['blur', 'pagehide', 'pointercancel', 'lostpointercapture'])(
    'ends the note by %s, when its release is not heard, and works again',
    async (name) => {
      const { hold, window, given, recorded, settle, isOn } = phone();
      for (const times of [1, 2]) {
        hold.pointerDown({ pointerId: 1 });
        expect(isOn()).toBe(true);
        given.at(-1)?.(recording);
        await settle();
        window.dispatchEvent(Object.assign(new Event(name), { pointerId: 1 }));
        await settle();
        expect(isOn()).toBe(false);
        expect(recorded).toHaveLength(times);
      }
    },
  );

  it('ends a recording that begins after the key was let go', async () => {
    const { hold, given, recorded, settle, isOn } = phone();
    hold.pointerDown({ pointerId: 1 });
    hold.up();
    given[0]?.(recording);
    await settle();
    expect([isOn(), recorded.length]).toEqual([false, 1]);
  });

  it('says at once that there is no microphone, and a press after that is not ended by the one before', async () => {
    const { hold, given, settle, isOn } = phone();
    hold.pointerDown({ pointerId: 1 });
    hold.up();
    hold.pointerDown({ pointerId: 1 });
    given[0]?.(undefined);
    await settle();
    expect(isOn()).toBe(true);
    given[1]?.(undefined);
    await settle();
    expect(isOn()).toBe(false);
  });
});
