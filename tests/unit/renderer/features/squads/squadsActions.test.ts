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

describe('the list of SOS that ended', () => {
  it('says that it is read or that reading failed, keeps what was read, and ignores an answer that comes late', async () => {
    const answers: ((answer: unknown) => void)[] = [];
    const store = createSquadsStore();
    const actions = createSquadsActions({
      store,
      request: () => new Promise((resolve) => answers.push(resolve as never)),
      newId: () => 'id',
      fieldAddress: async () => undefined,
      fingerprints: async () => [],
      notify: () => undefined,
    });
    const shown = () => {
      const { found, standing } = store.getState().endedEmergencies ?? {};
      return [found?.map(({ emergencyId }) => emergencyId), standing];
    };
    const read = (...ids: string[]) => ({
      ok: true,
      data: { emergencies: ids.map((emergencyId) => ({ emergencyId })) },
    });
    const first = actions.listEnded(true);
    expect(shown()).toEqual([[], 'reading']);
    answers[0]?.({ ok: false, code: 'timeout' });
    await first;
    expect(shown()).toEqual([[], 'failed']);
    const [second, third] = [actions.listEnded(true), actions.listEnded(true)];
    answers[2]?.(read('new', 'old'));
    await third;
    answers[1]?.(read('old'));
    await second;
    expect(shown()).toEqual([['new', 'old'], 'read']);
    const fourth = actions.listEnded(true);
    answers[3]?.({ ok: false, code: 'timeout' });
    await fourth;
    expect(shown()).toEqual([['new', 'old'], 'failed']);
    const fifth = actions.listEnded(true);
    await actions.listEnded(false);
    answers[4]?.(read('new'));
    await fifth;
    expect(shown()).toEqual([undefined, undefined]);
  });
});
