import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createDeskKitchenTalk,
  type VoiceReadiness,
} from '../../../../../src-renderer/features/kitchenTalk/deskKitchenTalk.ts';
import { quietTalkKey } from '../../../../../src-renderer/features/talk/talkKey.ts';
import { createTalkStore, squadKeyOf } from '../../../../../src-renderer/features/talk/talkStore.ts';
import { keepEveryMs } from '../../../../../src-shared/kitchenTalk/kitchenTalkMachine.ts';
import type { Ack } from '../../../../../src-shared/protocol/define.ts';

const camera = { cameraId: 'c1', siteId: 's1' };
const speaking = (speakerId: string, phase: 'tone' | 'speaking') => ({
  ...camera,
  speaker: { speakerId, name: '值班席 1' },
  phase,
});

/** A desk whose hub answers `begin` when the test says so. */
function desk({
  microphone = 'ready' as VoiceReadiness,
  keptBy = () => ({ ok: true, data: {} }) as Ack<unknown>,
} = {}) {
  const sent: string[] = [];
  const answers: ((answer: Ack<unknown>) => void)[] = [];
  const opened: boolean[] = [];
  const window = new EventTarget();
  const document = Object.assign(new EventTarget(), { hidden: false, hasFocus: () => true });
  const squads = createTalkStore();
  let id = 0;
  const talk = createDeskKitchenTalk({
    request: ((name: string) => {
      sent.push(name.slice('kitchenTalk:'.length));
      if (name === 'kitchenTalk:read')
        return Promise.resolve({ ok: true, data: { ear: { has: 'unknown' }, speakerId: 'desk-1' } });
      if (name === 'kitchenTalk:begin' || name === 'kitchenTalk:takeOver')
        return new Promise((resolve) => answers.push(resolve));
      return Promise.resolve(name === 'kitchenTalk:keep' ? keptBy() : { ok: true, data: {} });
    }) as never,
    maySpeak: () => true,
    voice: {
      touched: () => undefined,
      prepare: () => Promise.resolve(microphone),
      open: (isOpen) => opened.push(isOpen),
    },
    squadKey: squadKeyOf(squads),
    newId: () => `press-${(id += 1)}`,
    page: { window, document },
  });
  return { talk, sent, answers, opened, window, document, squads };
}
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => void vi.useFakeTimers());

describe('the key for a kitchen', () => {
  it('opens the microphone once the camera has accepted, says again and again that it is held, and closes it at the release', async () => {
    const { talk, sent, answers, opened } = desk();
    talk.watch(camera);
    await settle();
    talk.press();
    await settle();
    await vi.advanceTimersByTimeAsync(2 * keepEveryMs);
    expect(sent).toEqual(['read', 'begin', 'keep', 'keep']);
    expect(talk.isSpeaking()).toBe(false);
    expect(opened).not.toContain(true);
    answers[0]?.({ ok: true, data: { toneMs: 360 } });
    await settle();
    expect(talk.store.getState().own?.phase).toBe('tone');
    expect(opened.at(-1)).toBe(true);
    talk.changed({ siteId: 's1', speaking: speaking('desk-1', 'speaking') });
    expect(talk.store.getState().own?.phase).toBe('speaking');
    talk.release();
    expect([sent.at(-1), opened.at(-1), talk.isSpeaking()]).toEqual(['end', false, false]);
    await vi.advanceTimersByTimeAsync(5 * keepEveryMs);
    expect(sent.at(-1)).toBe('end');
  });

  it('says why it ended where only the silence of the keyboard ended it', async () => {
    const { talk, answers, window } = desk();
    talk.watch(camera);
    for (const [letGo, ended] of [
      [() => talk.release(true), { end: 'keyboardSilent' }],
      [() => talk.release(), undefined],
      [() => window.dispatchEvent(new Event('blur')), undefined],
    ] as const) {
      talk.press();
      await settle();
      answers.at(-1)?.({ ok: true, data: { toneMs: 360 } });
      await settle();
      letGo();
      expect(talk.store.getState()).toMatchObject({ own: undefined, ended });
    }
  });

  it('is let go by whatever may hide a release: another window, a hidden page, another camera', async () => {
    for (const letGo of [
      ({ window }: ReturnType<typeof desk>) => window.dispatchEvent(new Event('blur')),
      ({ document }: ReturnType<typeof desk>) => {
        document.hidden = true;
        document.dispatchEvent(new Event('visibilitychange'));
      },
      ({ talk }: ReturnType<typeof desk>) => talk.watch({ cameraId: 'c2', siteId: 's2' }),
    ]) {
      const one = desk();
      one.talk.watch(camera);
      one.talk.press();
      await settle();
      letGo(one);
      expect(one.sent).toContain('end');
      // An answer that comes now opens nothing.
      one.answers[0]?.({ ok: true, data: { toneMs: 360 } });
      await settle();
      expect(one.opened).not.toContain(true);
    }
  });

  it('says why nothing came of a press: no microphone, a camera without an ear, somebody else', async () => {
    const mute = desk({ microphone: 'missing' });
    mute.talk.watch(camera);
    mute.talk.press();
    await settle();
    expect(mute.talk.store.getState()).toMatchObject({ own: undefined, problem: 'microphone' });
    expect(mute.sent).not.toContain('begin');
    const asked = desk({ microphone: 'asking' });
    asked.talk.watch(camera);
    asked.talk.press();
    await settle();
    expect(asked.talk.store.getState()).toMatchObject({ own: undefined, problem: 'asked' });
    const { talk, answers } = desk();
    talk.watch(camera);
    talk.press();
    await settle();
    const refused = {
      ok: false,
      code: 'unsupported',
      reason: 'kitchenTalk.no_back_channel',
      message: '',
    } as const;
    answers[0]?.(refused);
    await settle();
    expect(talk.store.getState()).toMatchObject({ own: undefined, problem: refused });
    talk.changed({ siteId: 's1', speaking: speaking('desk-2', 'tone') });
    expect(talk.store.getState().speaking.get('s1')?.speaker.speakerId).toBe('desk-2');
    talk.changed({ siteId: 's1' });
    expect(talk.store.getState().speaking.size).toBe(0);
  });

  it('ends when the hub does not know of it any more, so that no microphone stays open at a desk that was locked', async () => {
    const over = { ok: false, code: 'forbidden', reason: 'session.forbidden', message: '' } as const;
    const { talk, answers, opened } = desk({ keptBy: () => over });
    talk.watch(camera);
    talk.press();
    await settle();
    answers[0]?.({ ok: true, data: { toneMs: 360 } });
    await vi.advanceTimersByTimeAsync(keepEveryMs);
    expect(talk.store.getState()).toMatchObject({ own: undefined, ended: { end: 'left' } });
    expect(opened.at(-1)).toBe(false);
  });

  it('and the key for squads never open two voices, whichever is held first', async () => {
    const asking = { phase: 'pending_request', press: 1, groupId: 'all' } as const;
    const first = desk();
    first.talk.watch(camera);
    first.squads.setState({ key: asking });
    first.talk.press();
    await settle();
    expect(first.talk.store.getState()).toMatchObject({ own: undefined, problem: 'squadKey' });
    expect(first.sent).toEqual(['read']);
    first.squads.setState({ key: quietTalkKey });
    first.talk.press();
    await settle();
    expect(first.sent.at(-1)).toBe('begin');
    first.answers[0]?.({ ok: true, data: { toneMs: 360 } });
    await settle();
    expect(first.opened.at(-1)).toBe(true);
    first.squads.setState({ key: asking });
    expect([first.sent.at(-1), first.opened.at(-1)]).toEqual(['end', false]);
  });

  it.each([
    [{ ok: false, code: 'conflict', reason: 'kitchenTalk.over', message: '' } as const, 'silence'],
    [{ ok: false, code: 'forbidden', reason: 'session.locked', message: '' } as const, 'left'],
  ])('says why it ended: %o', async (answer, end) => {
    const { talk, answers } = desk({ keptBy: () => answer as never });
    talk.watch(camera);
    talk.press();
    await settle();
    answers[0]?.({ ok: true, data: { toneMs: 360 } });
    await vi.advanceTimersByTimeAsync(keepEveryMs);
    expect(talk.store.getState().ended).toEqual({ end });
  });

  it('says what the camera said where the camera ended it', async () => {
    const { talk, answers } = desk();
    talk.watch(camera);
    talk.press();
    await settle();
    answers[0]?.({ ok: true, data: { toneMs: 360 } });
    await settle();
    const ended = { commandId: 'press-1', speakerId: 'desk-1', end: 'failed', fault: 'away' } as const;
    talk.changed({ siteId: 's1', ended });
    expect(talk.store.getState().problem).toEqual({ reason: 'kitchenTalk.recorder_away' });
  });

  it('ends when the hub ends it, and shows by whom or why', async () => {
    const { talk, answers, opened } = desk();
    talk.watch(camera);
    talk.press();
    await settle();
    answers[0]?.({ ok: true, data: { toneMs: 360 } });
    await settle();
    const ended = { commandId: 'press-1', speakerId: 'desk-1', end: 'taken', by: '指挥长席 1' } as const;
    talk.changed({ siteId: 's1', speaking: speaking('desk-2', 'tone'), ended });
    expect(talk.store.getState()).toMatchObject({
      own: undefined,
      ended: { end: 'taken', by: '指挥长席 1' },
    });
    expect(opened.at(-1)).toBe(false);
  });
});
