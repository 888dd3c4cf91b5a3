import { describe, expect, it } from 'vitest';
import { createSquadsActions } from '../../../../../src-renderer/features/squads/squadsActions.ts';
import { createSquadsStore } from '../../../../../src-renderer/features/squads/squadsStore.ts';

/** Actions whose requests are all answered with this refusal, or done. */
function actionsAnswered(code: string | undefined) {
  const asked: string[] = [];
  const actions = createSquadsActions({
    store: createSquadsStore(),
    request: async (name) => {
      asked.push(name);
      return code === undefined
        ? ({ ok: true, data: {} } as never)
        : ({ ok: false, code, message: 'no' } as never);
    },
    newId: () => 'id',
    fieldAddress: async () => undefined,
    fingerprints: async () => ['AA:BB'],
    notify: () => undefined,
  });
  return { actions, asked };
}

describe('the word that an SOS is on the screen', () => {
  const shownTwice = async (code: string | undefined): Promise<number> => {
    const { actions, asked } = actionsAnswered(code);
    actions.confirmShown('e1');
    await Promise.resolve().then(() => undefined);
    await Promise.resolve();
    actions.confirmShown('e1');
    return asked.length;
  };

  it.each(['timeout', 'unavailable', 'internal', 'too_many'])('is said again after %s', async (code) => {
    expect(await shownTwice(code)).toBe(2);
  });

  it.each([undefined, 'conflict', 'not_found', 'forbidden'])(
    'is said once where the answer is %s',
    async (code) => {
      expect(await shownTwice(code)).toBe(1);
    },
  );
});
