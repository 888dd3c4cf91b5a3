import fc from '../../../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { ReportOutbox } from '../../../../../../src-renderer/features/field/orders/reportOutbox.ts';
import { createPageStorage } from '../../../../../../src-renderer/server/pageStorage.ts';
import { ok, refuse } from '../../../../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../../../../src-shared/protocol/index.ts';

type Reports = InputOf<'orders:report'>['reports'];
type Storage = ConstructorParameters<typeof ReportOutbox>[0]['storage'];
/** What becomes of the next request: answered, lost on the way there, or applied with a lost answer. */
type Fate = 'answered' | 'lost' | 'answer_lost';

const storageKey = 'mingchu.fieldOrderReports';
const order = { orderId: 'order-1', number: '7-042' };
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A hub that applies each report once, by its id, and pages of one phone that are opened one after the other. */
function phone(kept = new Map<string, string>(), storage?: Storage) {
  const requests: Reports[] = [];
  const applied: string[] = [];
  const answered = new Map<string, string | undefined>();
  const refusals: Record<string, string> = {};
  const refused: string[] = [];
  const clock = { wallMs: 1_000_000, runningMs: 5_000, pageId: 'page-1' };
  /** Who is signed in. */
  const signedIn = { memberId: 'ann' };
  let fates: Fate[] = [];
  let ids = 0;
  let pages = 0;
  const open = () => {
    const page = ++pages;
    const isAlive = () => page === pages;
    let wake = (): void => undefined;
    clock.pageId = `page-${page}`;
    const outbox = new ReportOutbox({
      async request(_name, { reports }) {
        // A page that was killed sends nothing, and hears nothing.
        if (!isAlive()) return new Promise(() => undefined);
        requests.push(reports);
        const fate = fates.shift() ?? 'answered';
        if (fate === 'lost') return refuse('timeout', 'not in time', { reason: 'session.no_answer' });
        if (reports.some(({ report }) => 'note' in report && report.note === 'unreadable')) {
          return refuse('bad_request', 'not readable', { reason: 'session.no_answer' });
        }
        for (const { reportId } of reports) {
          if (answered.has(reportId)) continue;
          answered.set(reportId, refusals[reportId]);
          applied.push(reportId);
        }
        await settled();
        if (!isAlive()) return new Promise(() => undefined);
        if (fate === 'answer_lost') return refuse('timeout', 'not in time', { reason: 'session.no_answer' });
        return ok({
          results: reports.map(({ reportId }) => {
            const refusal = answered.get(reportId);
            return refusal === undefined
              ? { reportId, applied: true }
              : { reportId, applied: false, refusal: refusal as 'already' };
          }),
        });
      },
      storage: storage ?? {
        getItem: (key) => kept.get(key) ?? null,
        setItem: (key, value) => void kept.set(key, value),
        removeItem: (key) => void kept.delete(key),
      },
      memberId: () => signedIn.memberId,
      moment: () => ({ ...clock }),
      newId: () => `report-${++ids}`,
      delay: () => new Promise<void>((resolve) => (wake = resolve)),
      onWaiting: () => undefined,
      onRefused: ({ report }, refusal) => void refused.push(`${report.type}: ${refusal}`),
    });
    return { outbox, tryAgain: () => wake() };
  };
  return {
    open,
    requests,
    applied,
    refusals,
    refused,
    clock,
    signedIn,
    kept,
    setFates: (next: Fate[]) => (fates = next),
  };
}

describe('what a member did with orders', () => {
  it('waits for the network, in its order, and says how old it is by the running clock', async () => {
    const { open, requests, clock } = phone();
    const { outbox } = open();
    outbox.add(order, { type: 'accepted' }, { latitude: 29.8, longitude: 114.3 });
    clock.runningMs += 4_000;
    // The phone's date was put a day back meanwhile.
    clock.wallMs -= 86_400_000;
    outbox.add(order, { type: 'enRoute' });
    expect(requests).toEqual([]);
    outbox.connected(true);
    await settled();
    expect(requests).toEqual([
      [
        {
          reportId: 'report-1',
          orderId: 'order-1',
          report: { type: 'accepted' },
          ageMs: 4_000,
          place: { latitude: 29.8, longitude: 114.3 },
        },
        { reportId: 'report-2', orderId: 'order-1', report: { type: 'enRoute' }, ageMs: 0 },
      ],
    ]);
  });

  it('is kept under its id by the next page, and gone once it was answered', async () => {
    const { open, requests, kept, setFates } = phone();
    setFates(['answer_lost']);
    const first = open();
    first.outbox.connected(true);
    first.outbox.add(order, { type: 'accepted' });
    await settled();
    const { outbox } = open();
    expect(outbox.waiting).toMatchObject([{ reportId: 'report-1', number: '7-042' }]);
    outbox.connected(true);
    await settled();
    await settled();
    expect(requests.map(([report]) => report?.reportId)).toEqual(['report-1', 'report-1']);
    expect([...kept.keys()]).toEqual([]);
  });

  it('stays on the phone when the member is signed out, and is sent in no other name', async () => {
    const { open, requests, signedIn, kept } = phone();
    const first = open();
    first.outbox.add(order, { type: 'accepted' });
    signedIn.memberId = '';
    first.outbox.ownerChanged();
    expect(first.outbox.waiting).toEqual([]);
    signedIn.memberId = 'bo';
    const { outbox } = open();
    outbox.connected(true);
    outbox.add(order, { type: 'enRoute' });
    await settled();
    await settled();
    expect(requests.map(([report]) => report?.report.type)).toEqual(['enRoute']);
    expect(kept.size).toBe(1);
    signedIn.memberId = 'ann';
    outbox.ownerChanged();
    expect(outbox.waiting).toMatchObject([{ reportId: 'report-1' }]);
    await settled();
    await settled();
    expect(requests.at(-1)).toMatchObject([{ reportId: 'report-1', report: { type: 'accepted' } }]);
    expect(kept.size).toBe(0);
  });

  it('lives as long as the page where the browser forbids storage', async () => {
    const blocked = createPageStorage(
      () => {
        throw new DOMException('forbidden', 'SecurityError');
      },
      () => undefined,
    );
    const { open, applied } = phone(new Map(), blocked);
    const { outbox } = open();
    outbox.add(order, { type: 'accepted' });
    outbox.connected(true);
    await settled();
    await settled();
    expect(applied).toEqual(['report-1']);
    expect(outbox.waiting).toEqual([]);
  });

  it('is said to be refused, with why, and does not stand before what follows', async () => {
    const { open, refusals, refused } = phone();
    refusals['report-1'] = 'ended';
    const { outbox } = open();
    outbox.connected(true);
    outbox.add(order, { type: 'accepted' });
    outbox.add(order, { type: 'enRoute' });
    await settled();
    await settled();
    await settled();
    expect(refused).toEqual(['accepted: ended']);
    expect(outbox.waiting).toEqual([]);
  });

  it('is given up alone where the hub cannot read it', async () => {
    const { open, refused, applied } = phone();
    const { outbox } = open();
    outbox.add(order, { type: 'accepted' });
    outbox.add(order, { type: 'note', note: 'unreadable' });
    outbox.add(order, { type: 'enRoute' });
    outbox.connected(true);
    for (let turn = 0; turn < 8; turn += 1) await settled();
    expect(refused).toEqual(['note: unreadable']);
    expect(applied).toEqual(['report-1', 'report-3']);
    expect(outbox.waiting).toEqual([]);
  });

  it('is read without what is damaged', () => {
    const at = { wallMs: 1, runningMs: 1, pageId: 'page-0' };
    const good = { reportId: 'a', ...order, report: { type: 'accepted' }, at };
    const kept = (value: string) =>
      phone(new Map([[storageKey, value]]))
        .open()
        .outbox.waiting.map(({ reportId }) => reportId);
    expect(kept('{"half":')).toEqual([]);
    expect(kept('{}')).toEqual([]);
    expect(kept(JSON.stringify([{ ...good, report: { type: 'flies' } }, 5, null, good]))).toEqual(['a']);
  });

  it('is never written over by a page that was set aside', async () => {
    const { open, kept } = phone();
    const { outbox } = open();
    outbox.connected(true);
    outbox.add(order, { type: 'accepted' });
    outbox.setAside();
    kept.set(storageKey, 'of the next page');
    await settled();
    await settled();
    expect(kept.get(storageKey)).toBe('of the next page');
  });

  it('is applied once and in its order, whatever is lost, repeated or killed', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('add' as const) },
      { weight: 2, arbitrary: fc.constantFrom('connect' as const, 'disconnect' as const) },
      { weight: 2, arbitrary: fc.constantFrom('kill' as const, 'turn' as const) },
      { weight: 2, arbitrary: fc.constant('try again' as const) },
    );
    const fate = fc.constantFrom<Fate>('answered', 'lost', 'answer_lost');
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40 }),
        fc.array(fate, { maxLength: 20 }),
        async (steps, fates) => {
          const { open, applied, kept, setFates } = phone();
          setFates([...fates]);
          let page = open();
          let added = 0;
          for (const one of steps) {
            if (one === 'add') {
              page.outbox.add(order, { type: 'note', note: `note ${(added += 1)}` });
            } else if (one === 'connect') page.outbox.connected(true);
            else if (one === 'disconnect') page.outbox.connected(false);
            else if (one === 'kill') page = open();
            else if (one === 'try again') page.tryAgain();
            else await settled();
          }
          setFates([]);
          page.outbox.connected(true);
          for (let turn = 0; turn < 100 && page.outbox.waiting.length > 0; turn += 1) {
            page.tryAgain();
            await settled();
          }
          expect(applied).toEqual(Array.from({ length: added }, (_, index) => `report-${index + 1}`));
          expect([...kept.keys()]).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});
