import { beforeEach, describe, expect, it } from 'vitest';
import {
  createBodyCamActions,
  type BodyCamActions,
} from '../../../../../src-renderer/features/bodycam/bodyCamActions.ts';
import { createRecordersStore } from '../../../../../src-renderer/features/bodycam/recordersStore.ts';
import type { InputOf } from '../../../../../src-shared/protocol/index.ts';

const refused = (code: string) => ({ ok: false, code, reason: 'member.gone', message: 'Gone.' });

let store: ReturnType<typeof createRecordersStore>;
let actions: BodyCamActions;
let answer: object;
let requests: unknown[][];
let notified: object[];
let fieldAddress: string | undefined;

beforeEach(() => {
  store = createRecordersStore();
  answer = { ok: true, data: {} };
  requests = [];
  notified = [];
  fieldAddress = undefined;
  actions = createBodyCamActions({
    store,
    request: (name, input) => {
      requests.push([name, input]);
      return Promise.resolve(answer) as never;
    },
    fieldAddress: () => Promise.resolve(fieldAddress),
    ownAddress: 'http://127.0.0.1:7400/desk.html?screen=1',
    notify: (outcome) => notified.push(outcome),
  });
});

describe('the request of a desk for the picture of a member', () => {
  it('counts a picture that is live already as granted', async () => {
    expect(await actions.ask('li')).toBe(true);
    answer = refused('conflict');
    expect(await actions.ask('li')).toBe(true);
    expect(requests[0]).toEqual(['bodycam:ask', { memberId: 'li' } satisfies InputOf<'bodycam:ask'>]);
    expect(notified).toEqual([]);
  });

  it.each(['unavailable', 'not_found', 'forbidden', 'timeout'])('reports the refusal %s', async (code) => {
    answer = refused(code);
    expect(await actions.ask('li')).toBe(false);
    expect(notified).toEqual([{ command: 'askBodyCam', ...refused(code) }]);
  });

  it('reports the end of a picture, and its refusal', async () => {
    expect(await actions.end('li')).toBe(true);
    answer = refused('not_found');
    expect(await actions.end('li')).toBe(false);
    expect(notified).toEqual([
      { command: 'endBodyCam', ok: true },
      { command: 'endBodyCam', ...refused('not_found') },
    ]);
  });
});

describe('the recorders of a member', () => {
  const made = { ok: true, data: { deviceId: 'd1', token: 'secret', path: '/whip/d1' } };

  it.each([
    ['of the field app', 'https://192.168.1.5:8830/field.html', 'https://192.168.1.5:8830/whip/d1'],
    ['of this page without HTTPS', undefined, 'http://127.0.0.1:7400/whip/d1'],
  ])('show the token of a new one once, with the address %s', async (_what, known, address) => {
    fieldAddress = known;
    answer = made;
    expect(await actions.makeRecorder('li', 'Recorder 7')).toBe(true);
    expect(store.getState().made).toEqual({ name: 'Recorder 7', address, token: 'secret' });
    actions.hideRecorder();
    expect(store.getState().made).toBeUndefined();
  });

  it('report a refusal, and show nothing', async () => {
    answer = refused('conflict');
    expect(await actions.makeRecorder('li', 'Recorder 7')).toBe(false);
    expect(await actions.removeRecorder('d1')).toBe(false);
    expect(store.getState().made).toBeUndefined();
    expect(notified).toMatchObject([{ command: 'makeRecorder' }, { command: 'removeRecorder' }]);
  });

  it('are read again after each joining; those known before stay where they cannot be read', async () => {
    answer = { ok: true, data: { devices: [{ deviceId: 'd1' }] } };
    await actions.readRecorders();
    answer = refused('unavailable');
    await actions.readRecorders();
    expect(store.getState().devices).toMatchObject([{ deviceId: 'd1' }]);
  });
});
