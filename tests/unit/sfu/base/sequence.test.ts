import { describe, expect, it } from 'vitest';
import { principalOf } from '../authorityStage.ts';
import { askedBy, askingPrincipal } from '../../../../src-sfu/base/asking.ts';
import { createSequence } from '../../../../src-sfu/base/sequence.ts';
import { createTurns } from '../../../../src-sfu/base/turns.ts';

describe('tasks that wait for one another', () => {
  const supervisor = principalOf('supervisor');
  const auditor = principalOf('auditor');

  it('run in the context of who asked for them, not of the task before', async () => {
    const sequence = createSequence();
    const askers: unknown[] = [];
    const task = async (): Promise<void> => {
      askers.push(askingPrincipal()?.role);
      await Promise.resolve();
      askers.push(askingPrincipal()?.role);
    };
    await Promise.all([
      askedBy(supervisor, () => sequence.exclusive(task)),
      askedBy(auditor, () => sequence.exclusive(task)),
      sequence.exclusive(task),
    ]);
    expect(askers).toEqual(['supervisor', 'supervisor', 'auditor', 'auditor', undefined, undefined]);
  });

  it('of one key do so too', async () => {
    const inTurn = createTurns();
    const ask = (): Promise<string | undefined> =>
      inTurn('k', () => Promise.resolve(askingPrincipal()?.role));
    const roles = await Promise.all([askedBy(supervisor, ask), askedBy(auditor, ask), ask()]);
    expect(roles).toEqual(['supervisor', 'auditor', undefined]);
  });
});
