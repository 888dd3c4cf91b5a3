import { describe, expect, it } from 'vitest';
import { createScreenHolds, holdMs } from '../../../../src-sfu/features/wall/screenHolds.ts';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import type { Role } from '../../../../src-shared/session/roles.ts';

const of = (role: Role): Principal => ({
  kind: 'person',
  accountId: role,
  name: role,
  role,
  scope: wholeCity,
  sessionId: role,
  device: '',
  address: '',
});

describe('the hold of a screen', () => {
  const start = () => {
    let nowMs = 0;
    return { holds: createScreenHolds({ nowMs: () => nowMs }), pass: (ms: number) => void (nowMs += ms) };
  };

  it('keeps what a supervisor commanded against a duty officer, with the name and the time that is left', () => {
    const { holds, pass } = start();
    holds.commanded(of('supervisor'), 'main', '陈刚');
    pass(1_000);
    expect(holds.refusal(of('duty_officer'), 'main')).toMatchObject({
      code: 'conflict',
      reason: 'wall.held_by_supervisor',
      parameters: { name: '陈刚', seconds: holdMs / 1_000 - 1 },
    });
    expect(holds.refusal(of('duty_officer'), 'left')).toBeUndefined();
  });

  it('never keeps what a duty officer commanded, and does not bind another supervisor', () => {
    const { holds } = start();
    holds.commanded(of('duty_officer'), 'main', '王芳');
    expect(holds.refusal(of('duty_officer'), 'main')).toBeUndefined();
    expect(holds.refusal(of('supervisor'), 'main')).toBeUndefined();
    holds.commanded(of('supervisor'), 'main', '陈刚');
    expect(holds.refusal(of('supervisor'), 'main')).toBeUndefined();
  });

  it('ends by itself, and begins again with the next command', () => {
    const { holds, pass } = start();
    holds.commanded(of('supervisor'), 'main', '陈刚');
    pass(holdMs - 1);
    holds.commanded(of('supervisor'), 'main', '陈刚');
    pass(holdMs - 1);
    expect(holds.refusal(of('duty_officer'), 'main')).toMatchObject({ parameters: { seconds: 1 } });
    pass(1);
    expect(holds.refusal(of('duty_officer'), 'main')).toBeUndefined();
  });
});
