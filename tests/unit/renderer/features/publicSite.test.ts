import { expect, it } from 'vitest';
import { createPublicSite } from '../../../../src-renderer/features/public/publicSite.ts';
import type { Ack } from '../../../../src-shared/protocol/define.ts';

/** A desk whose requests are answered when the test says. */
function setUp() {
  const waiting: { name: string; input: object; answer: (ack: Ack<object>) => void }[] = [];
  const publicSite = createPublicSite(
    (name, input) =>
      new Promise((resolve) => {
        waiting.push({ name, input, answer: (ack) => resolve(ack as never) });
      }),
  );
  return { publicSite, waiting };
}
const siteOf = (siteId: string): Ack<object> => ({ ok: true, data: { site: { siteId } } });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('shows the site that was opened last, however late the answer about another one comes', async () => {
  const { publicSite, waiting } = setUp();
  void publicSite.read('a');
  void publicSite.read('b');
  waiting[1]?.answer(siteOf('b'));
  await settled();
  waiting[0]?.answer(siteOf('a'));
  await settled();
  expect(publicSite.store.getState()).toEqual({ site: { siteId: 'b' } });
});

it('shows no refusal of a change of a site that is not shown any more', async () => {
  const { publicSite, waiting } = setUp();
  void publicSite.read('a');
  void publicSite.change('public:withdrawConsent', { siteId: 'a' });
  void publicSite.read('b');
  waiting[2]?.answer(siteOf('b'));
  waiting[1]?.answer({ ok: false, code: 'unavailable', reason: 'media.no_worker', message: '' });
  await settled();
  expect(publicSite.store.getState()).toEqual({ site: { siteId: 'b' } });
  publicSite.siteChanged('a');
  expect(waiting).toHaveLength(3);
  publicSite.siteChanged('b');
  expect(waiting[3]).toMatchObject({ name: 'public:readSite', input: { siteId: 'b' } });
});
