import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import en from '../../../../assets/locales/en.json';
import zhCN from '../../../../assets/locales/zh-CN.json';
import {
  auditCsvAddress,
  auditFilterOf,
  auditKinds,
} from '../../../../src-renderer/features/audit/auditSearch.ts';
import { wallRequests } from '../../../../src-shared/wall/wall.protocol.ts';
import { detailText } from '../../../../src-renderer/features/audit/auditWords.ts';
import { alertHistoryEntrySchema } from '../../../../src-shared/alerts/alerts.protocol.ts';

const hub = join(import.meta.dirname, '../../../../src-sfu');

/** The actions that the hub writes, as its source names them. */
function writtenActions(): string[] {
  const files = readdirSync(hub, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const found = files.flatMap((name) => [
    ...readFileSync(join(hub, name), 'utf8').matchAll(/action: '([a-z]+:[A-Za-z]+)'/g),
  ]);
  const alertActions = alertHistoryEntrySchema.shape.action.options.map((action) => `alerts:${action}`);
  return [...new Set([...found.map(([, action = '']) => action), ...alertActions])];
}

describe('the words of the audit log', () => {
  it('say every action that the hub writes, in both languages', () => {
    const actions = writtenActions();
    expect(actions.length).toBeGreaterThan(30);
    for (const words of [en.audit.action, zhCN.audit.action]) {
      expect(actions.filter((action) => !(action.replace(':', '_') in words))).toEqual([]);
    }
  });

  it('say every command to the wall', () => {
    // They are named after their requests; the two reports of a screen about itself are no commands.
    const commands = Object.keys(wallRequests).filter((name) => !/^wall:report/.test(name));
    expect(commands.length).toBeGreaterThan(14);
    for (const words of [en.audit.action, zhCN.audit.action])
      expect(commands.filter((name) => !(name.replace(':', '_') in words))).toEqual([]);
  });

  it('say what a command to the wall was about, without a word of the program', async () => {
    const words = createInstance();
    await words.init({ lng: 'zh-CN', resources: { 'zh-CN': { translation: zhCN } } });
    const detail = { content: 'map', tour: 'step', overrode: '李静', cameraIds: ['cam-1', 'cam-2'] };
    const titleOf = (id: string): string | undefined => (id === 'cam-1' ? '一中食堂 灶台' : undefined);
    expect(detailText({ detail: { cameraId: 'cam-1' } }, words.t, titleOf)).toBe('摄像头: 一中食堂 灶台');
    expect(detailText({ detail: { cameraIds: ['cam-1', 'cam-9'] } }, words.t, titleOf)).toBe(
      '摄像头: 一中食堂 灶台, cam-9',
    );
    expect(detailText({ detail }, words.t)).toBe(
      '内容: 城市地图 · 轮巡: 下一页 · 接替: 李静 · 摄像头: cam-1, cam-2',
    );
  });

  it('have a kind to search for by each action', () => {
    const kinds: readonly string[] = auditKinds;
    expect(writtenActions().filter((action) => !kinds.includes(action.split(':')[0] ?? ''))).toEqual([]);
  });
});

describe('the search of the audit log', () => {
  const form = { span: 'all', who: ' ', what: '', kinds: [] } as const;

  it('leaves out what is empty', () => {
    expect(auditFilterOf(form, 0)).toEqual({});
    expect(auditCsvAddress({})).toBe('/api/v1/audit.csv?');
  });

  it('counts spans back from now, and today from midnight', () => {
    const now = new Date(2026, 10, 29, 15, 30).getTime();
    expect(auditFilterOf({ ...form, span: 'day' }, now)).toEqual({ fromMs: now - 86_400_000 });
    expect(auditFilterOf({ ...form, span: 'today' }, now)).toEqual({
      fromMs: new Date(2026, 10, 29).getTime(),
    });
  });

  it('exports what was found', () => {
    const filter = auditFilterOf({ ...form, who: '王芳 & 李', kinds: ['talk', 'wall'] }, 0);
    const query = new URLSearchParams(auditCsvAddress(filter).split('?')[1]);
    expect(Object.fromEntries(query)).toEqual({ who: '王芳 & 李', kinds: 'talk,wall' });
  });
});
