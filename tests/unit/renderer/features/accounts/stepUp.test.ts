import { describe, expect, it, vi } from 'vitest';
import {
  createStepUp,
  fetchWithStepUp,
  linkWithStepUp,
  openWithStepUp,
  type StepUp,
} from '../../../../../src-renderer/features/accounts/stepUp.ts';
import type { HubLink } from '../../../../../src-renderer/server/hubLink.ts';

const confirmFirst = { ok: false, code: 'forbidden', reason: 'accounts.confirm_first', message: '' };
const forbidden = { ok: false, code: 'forbidden', reason: 'session.forbidden', message: '' };
const fine = { ok: true, data: {} };

type Request = (name: string, input: object, timeoutMs?: number) => Promise<unknown>;

/** The request of a desk whose hub answers these in turn, with everything that the hub was asked. */
function desk(stepUp: StepUp, ...answers: object[]) {
  const asked: unknown[][] = [];
  const bare = {
    request: (...given: unknown[]) => {
      asked.push(given);
      return Promise.resolve(answers.shift());
    },
  };
  const { request } = linkWithStepUp(bare as unknown as Pick<HubLink, 'request'>, stepUp);
  return { request: request as unknown as Request, asked };
}
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('a request that needs a confirmation', () => {
  it('asks for it and is sent again by itself, as it was', async () => {
    const stepUp = createStepUp();
    const { request, asked } = desk(stepUp, confirmFirst, fine);
    const answer = request('squads:removeSquad', { squadId: 'wenquan' }, 500);
    await turn();
    expect(stepUp.store.getState().isAsking).toBe(true);
    expect(asked).toHaveLength(1);
    stepUp.confirmed();
    expect(await answer).toBe(fine);
    expect(asked[1]).toEqual(asked[0]);
    expect(stepUp.store.getState().isAsking).toBe(false);
  });

  it('asks again where the confirmation has run out before the work came to the hub', async () => {
    const stepUp = createStepUp();
    const { request, asked } = desk(stepUp, confirmFirst, confirmFirst, fine);
    const answer = request('whip:makeDevice', { name: 'r' });
    await turn();
    stepUp.confirmed();
    await turn();
    expect(stepUp.store.getState().isAsking).toBe(true);
    expect(asked).toHaveLength(2);
    stepUp.confirmed();
    expect(await answer).toBe(fine);
    expect(asked[2]).toEqual(asked[0]);
  });

  it('is refused as the hub said where nobody confirms, and is not sent again', async () => {
    const stepUp = createStepUp();
    const { request, asked } = desk(stepUp, confirmFirst, fine);
    const answer = request('x', {});
    await turn();
    stepUp.cancelled();
    expect(await answer).toBe(confirmFirst);
    expect(asked).toHaveLength(1);
  });

  it.each([fine, forbidden])('is the only one that asks: not one answered %j', async (given) => {
    const stepUp = createStepUp();
    const { request } = desk(stepUp, given);
    expect(await request('x', {})).toBe(given);
    expect(stepUp.store.getState().isAsking).toBe(false);
  });

  it('shares one confirmation with others that wait', async () => {
    const stepUp = createStepUp();
    const { request, asked } = desk(stepUp, confirmFirst, confirmFirst, fine, fine);
    const both = [request('a', {}), request('b', {})];
    await turn();
    stepUp.confirmed();
    expect(await Promise.all(both)).toEqual([fine, fine]);
    expect(asked).toHaveLength(4);
  });
});

describe('a request over HTTP', () => {
  const answer = (status: number, body: string): Response => new Response(body, { status });
  const refused = JSON.stringify({ error: { code: 'forbidden', reason: 'accounts.confirm_first' } });

  it('asks and is sent again, with its body', async () => {
    const stepUp = createStepUp();
    const sent: unknown[][] = [];
    const answers = [answer(403, refused), answer(200, 'done')];
    const fetch = fetchWithStepUp((...request) => {
      sent.push(request);
      return Promise.resolve(answers.shift()!);
    }, stepUp);
    const asked = fetch('/api/v1/registry/import', { method: 'POST', body: 'file' });
    await turn();
    await turn();
    stepUp.confirmed();
    expect(await (await asked).text()).toBe('done');
    expect(sent[1]).toEqual(sent[0]);
  });

  it.each([
    [403, JSON.stringify({ error: { code: 'forbidden', reason: 'accounts.locked' } })],
    [403, 'no JSON'],
    [200, refused],
    [401, refused],
  ])('with the answer %i %s is left as it is, to be read', async (status, body) => {
    const stepUp = createStepUp();
    const fetch = fetchWithStepUp(() => Promise.resolve(answer(status, body)), stepUp);
    expect(await (await fetch('/x')).text()).toBe(body);
  });
});

describe('a page that is opened in a window of its own', () => {
  const session = (confirmedUntilMs?: number): Response => {
    const person = {
      accountId: 'a',
      signInName: 'wang',
      name: '王芳',
      role: 'supervisor',
      steps: [],
      isLocked: false,
      hasTimeCodes: true,
      recoveryCodesLeft: 10,
      areRecoveryCodesKept: true,
      isDemo: false,
      ...(confirmedUntilMs === undefined ? {} : { confirmedUntilMs }),
    };
    return Response.json({ person, isFirstRun: false, demoAccounts: [], nowMs: 1_000 });
  };
  const open = (stepUp: StepUp, ...sessions: Response[]) => {
    const opened: string[] = [];
    const fetch = (() => Promise.resolve(sessions.shift())) as unknown as typeof window.fetch;
    const done = openWithStepUp('/page.html', { fetch, stepUp, open: (path) => opened.push(path) });
    return { opened, done };
  };

  it('is opened at once while the last confirmation is good', async () => {
    const { opened, done } = open(createStepUp(), session(2_000));
    await done;
    expect(opened).toEqual(['/page.html']);
  });

  it.each([
    ['never', undefined],
    ['too long ago', 1_000],
  ])('is opened after the confirmation, where that was %s', async (_when, before) => {
    const stepUp = createStepUp();
    const { opened, done } = open(stepUp, session(before), session(2_000));
    await vi.waitFor(() => expect(stepUp.store.getState().isAsking).toBe(true));
    expect(opened).toEqual([]);
    stepUp.confirmed();
    await done;
    expect(opened).toEqual(['/page.html']);
  });

  it('is not opened where nobody confirms', async () => {
    const stepUp = createStepUp();
    const { opened, done } = open(stepUp, session());
    await vi.waitFor(() => expect(stepUp.store.getState().isAsking).toBe(true));
    stepUp.cancelled();
    await done;
    expect(opened).toEqual([]);
  });
});
