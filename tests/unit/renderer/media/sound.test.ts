import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PictureReport } from '../../../../src-renderer/media/pictureReport.ts';
import { playSound, type PlayedSound, type SoundState } from '../../../../src-renderer/media/sound.ts';

const target = { targetId: 'large', cameraId: 'c1', stream: 'main' } as const;

/** A report of a stream in this state; only what sound reads of it. */
const reportOf = (status: object) => ({ subscription: { status } }) as unknown as PictureReport;

describe('the sound of a camera that sends none', () => {
  let states: SoundState[];
  let played: PlayedSound | undefined;

  beforeEach(() => {
    states = [];
    vi.stubGlobal('Audio', class {});
  });
  afterEach(() => {
    played?.stop();
    vi.unstubAllGlobals();
  });

  const stateFor = async (status: object): Promise<SoundState | undefined> => {
    played = playSound(
      {
        report: () => reportOf(status),
        openSound: () => Promise.reject(new Error('there is no sound')),
        closeSound: () => undefined,
      },
      target,
      (state) => void states.push(state),
      () => () => undefined,
    );
    await vi.waitFor(() => expect(states.length).toBeGreaterThan(1));
    return states[1];
  };

  it.each([
    ['says that there is none', { state: 'live' }, 'none'],
    [
      'says that the kind of sound is not played',
      { state: 'live', soundFault: { cause: 'unsupported', codec: 'PCMA/16000' } },
      'unsupported',
    ],
    [
      'says that the camera refused it',
      { state: 'live', soundFault: { cause: 'refused', codec: 'PCMA/8000' } },
      'refused',
    ],
    ['waits while the camera is not live yet', { state: 'starting' }, 'starting'],
    ['waits while its sound is on the way', { state: 'live', audio: 'PCMA' }, 'starting'],
  ])('%s', async (_name, status, expected) => {
    expect(await stateFor(status)).toBe(expected);
  });
});
