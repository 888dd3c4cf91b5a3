import { describe, expect, it } from 'vitest';
import {
  idleEmergency,
  mustRepeat,
  nextEmergencyDeadline,
  receivedEmergency,
  transitionEmergency,
  type EmergencyEvent,
  type EmergencyProgress,
} from '../../../../src-shared/squads/emergency.ts';

const deed = { by: 'seat 2' };
function after(start: EmergencyProgress, ...events: [EmergencyEvent, number][]) {
  let state = start;
  let refused: string | undefined;
  for (const [event, atMs] of events) {
    const step = transitionEmergency(state, event, atMs);
    if (step.ok) state = step.state;
    else refused = step.reason;
  }
  return { state, refused };
}

describe('an emergency', () => {
  it('is sent only when the key was held for three seconds', () => {
    const armed = after(idleEmergency, [{ type: 'keyDown' }, 1_000]).state;
    expect(nextEmergencyDeadline(armed)).toBe(4_000);
    expect(after(armed, [{ type: 'held' }, 3_999]).refused).toBe('too_early');
    expect(after(armed, [{ type: 'keyUp' }, 3_999], [{ type: 'held' }, 4_000]).state.state).toBe('idle');
    expect(after(armed, [{ type: 'held' }, 4_000]).state.state).toBe('sent');
  });

  it('is repeated until the centre has shown it', () => {
    const sent = receivedEmergency(0);
    expect(mustRepeat(sent)).toBe(true);
    const shown = after(sent, [{ type: 'shown', ...deed }, 5]).state;
    expect(mustRepeat(shown)).toBe(false);
    expect(after(shown, [{ type: 'shown', ...deed }, 9])).toMatchObject({
      refused: 'already',
      state: { shown: { atMs: 5 } },
    });
  });

  it('is ended with a reason, by the desk, after it was acknowledged', () => {
    const end = { type: 'ended', outcome: 'false', reason: 'pressed in the pocket', ...deed } as const;
    expect(after(receivedEmergency(0), [end, 5]).refused).toBe('too_early');
    const { state } = after(receivedEmergency(0), [{ type: 'acknowledged', ...deed }, 4], [end, 5]);
    expect(state).toMatchObject({
      state: 'false',
      shown: { atMs: 4 },
      ended: { reason: 'pressed in the pocket' },
    });
    expect(after(state, [{ type: 'acknowledged', ...deed }, 6]).refused).toBe('ended');
  });

  it('can be raised again after its end', () => {
    const ended: EmergencyProgress = { ...receivedEmergency(0), state: 'resolved' };
    expect(after(ended, [{ type: 'keyDown' }, 10]).state).toEqual({ state: 'arming', sinceMs: 10 });
  });
});
