import { describe, expect, it } from 'vitest';
import { pressSilence, soundNow } from '../../../../../src-renderer/features/alerts/alertSound.ts';

const fire = { class: 1, state: 'new', escalation: 1, raisedAtMs: 0 } as const;
const hat = { class: 2, state: 'new', escalation: 0, raisedAtMs: 60_000 } as const;
const silence = { fromMs: 60_000, untilMs: 660_000, classOneFromMs: 60_000 };

describe('what sounds', () => {
  it('is a class 1 from its escalation until it is taken, louder at the second', () => {
    expect(soundNow([{ ...fire, escalation: 0 }], undefined, 10_000)).toBeUndefined();
    expect(soundNow([fire], undefined, 15_000)).toEqual({ class: 1, loudness: 1 });
    expect(soundNow([{ ...fire, escalation: 2 }], undefined, 60_000)).toEqual({ class: 1, loudness: 2 });
    expect(soundNow([{ ...fire, state: 'acknowledged' }], undefined, 60_000)).toBeUndefined();
  });

  it('is a class 2 once, as it arrives, and never over a class 1', () => {
    expect(soundNow([hat], undefined, 61_000)).toEqual({ class: 2, loudness: 1 });
    expect(soundNow([hat], undefined, 62_000)).toBeUndefined();
    expect(soundNow([hat, fire], undefined, 61_000)?.class).toBe(1);
  });

  it('is a class 2 once more when it has waited longer than it may, by its own times', () => {
    const late = {
      ...hat,
      escalation: 1,
      acknowledgeTimes: { supervisorMs: 30_000, againMs: 90_000 },
    } as const;
    expect(soundNow([{ ...late, escalation: 0 }], undefined, 89_000)).toBeUndefined();
    expect(soundNow([late], undefined, 90_500)).toEqual({ class: 2, loudness: 1 });
    expect(soundNow([late], undefined, 93_000)).toBeUndefined();
    expect(soundNow([{ ...late, escalation: 2 }], undefined, 150_500)).toEqual({ class: 2, loudness: 2 });
    expect(soundNow([late], silence, 90_500)).toBeUndefined();
  });

  it('is nothing in silence, but a class 1 is heard again after two minutes of it', () => {
    expect(soundNow([hat, fire], silence, 61_000)).toBeUndefined();
    expect(soundNow([fire], silence, 179_999)).toBeUndefined();
    expect(soundNow([fire], silence, 180_000)).toEqual({ class: 1, loudness: 1 });
  });

  it('cannot be kept from a class 1 by pressing the key again and again', () => {
    const ended = pressSilence(silence, 170_000);
    expect(soundNow([fire], ended, 170_000)).toEqual({ class: 1, loudness: 1 });
    const again = pressSilence(ended, 170_500);
    expect(soundNow([hat, fire], again, 179_000)).toBeUndefined();
    expect(soundNow([fire], again, 180_000)).toEqual({ class: 1, loudness: 1 });
    const later = pressSilence(pressSilence(again, 200_000), 201_000);
    expect(soundNow([fire], later, 202_000)).toBeUndefined();
    expect(soundNow([fire], later, 321_000)).toEqual({ class: 1, loudness: 1 });
  });
});
