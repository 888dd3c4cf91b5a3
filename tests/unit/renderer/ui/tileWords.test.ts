import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import en from '../../../../assets/locales/en.json';
import zhCN from '../../../../assets/locales/zh-CN.json';
import type { TileState } from '../../../../src-renderer/ui/tile/tileState.ts';
import { tileWords } from '../../../../src-renderer/ui/tile/tileWords.ts';
import { createTimeFormat } from '../../../../src-renderer/ui/times.ts';

const nowMs = Date.UTC(2026, 10, 22, 6, 5, 0);
const at = Date.UTC(2026, 10, 22, 6, 3, 22);

beforeAll(async () => {
  await i18next.init({
    lng: 'zh-CN',
    resources: { 'zh-CN': { translation: zhCN }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
});

const words = (state: TileState, language: string) =>
  tileWords(state, i18next.getFixedT(language), createTimeFormat(language, nowMs, 'Asia/Shanghai').timeOfDay);

describe('the words of a tile', () => {
  it('says no more than that it is live', () => {
    expect(words({ kind: 'live' }, 'zh-CN')).toEqual({ word: '实时', since: '', detail: '', picture: '' });
    expect(words({ kind: 'live' }, 'en').word).toBe('LIVE');
  });

  it('dates a frozen picture and marks it not live', () => {
    const state: TileState = { kind: 'frozen', sinceMs: at, pictureAtMs: at };
    expect(words(state, 'zh-CN')).toMatchObject({
      word: '画面冻结',
      since: '自 14:03:22',
      picture: '非实时 · 14:03:22 的画面',
    });
    expect(words(state, 'en')).toMatchObject({
      word: 'Frozen',
      since: 'since 14:03:22',
      picture: 'Not live · picture from 14:03:22',
    });
  });

  it('says when an offline camera is tried again', () => {
    const state: TileState = { kind: 'offline', sinceMs: at, cause: 'camera', retryAtMs: at + 4_000 };
    expect(words(state, 'en').detail).toBe('next attempt 14:03:26');
    expect(words(state, 'en').picture).toBe('No picture yet');
  });

  it('says that the hub is lost when that is the cause', () => {
    expect(words({ kind: 'offline', sinceMs: at, cause: 'hub' }, 'zh-CN').detail).toBe('与服务器失去连接');
  });

  it('says what is waited for, and why a picture jumps', () => {
    expect(words({ kind: 'connecting', awaits: 'keyPicture' }, 'en').word).toBe(
      'Waiting for the camera’s next key frame',
    );
    expect(words({ kind: 'connecting', awaits: 'keyPicture' }, 'zh-CN').word).toBe(
      '等待摄像头的下一个关键帧',
    );
    expect(words({ kind: 'live', jumps: true }, 'zh-CN').word).toContain('B 帧');
    expect(words({ kind: 'live', jumps: true }, 'en').word).toContain('B-frames');
    expect(words({ kind: 'undecodable', sinceMs: at }, 'en').detail).toContain('H.264');
  });

  it('puts the day before a time that is not of today', () => {
    const yesterday = at - 86_400_000;
    expect(words({ kind: 'frozen', sinceMs: yesterday }, 'zh-CN').since).toContain('11月21日');
  });

  it.each(['zh-CN', 'en'])('has a word for every state in %s', (language) => {
    const states: TileState[] = [
      { kind: 'no_camera' },
      { kind: 'connecting', awaits: 'answer' },
      { kind: 'connecting', awaits: 'firstPacket' },
      { kind: 'connecting', awaits: 'keyPicture' },
      { kind: 'live', jumps: true },
      { kind: 'undecodable', sinceMs: at },
      { kind: 'connecting' },
      { kind: 'waiting' },
      { kind: 'unauthorized', sinceMs: at },
      { kind: 'unsupported', sinceMs: at, codec: 'H265' },
      { kind: 'unsupported', sinceMs: at },
    ];
    for (const state of states) expect(words(state, language).word).not.toMatch(/^tile\./);
    expect(words({ kind: 'unsupported', sinceMs: at, codec: 'H265' }, language).detail).toContain('H265');
  });
});
