import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../scripts/alertKeys/command.mjs';
import { UsageError } from '../../../scripts/commandLine.mjs';

const hub = 'http://127.0.0.1:7400';

describe('the command line of alert keys', () => {
  it('makes, lists and revokes', () => {
    expect(parseCommand(['make', 'AI 平台', '--alerts-per-second', '50'], {})).toEqual({
      name: 'make',
      newKey: { name: 'AI 平台', alertsPerSecond: 50 },
      hub,
      key: undefined,
    });
    expect(parseCommand(['list', '--hub', 'http://hub:80/x'], { MINGCHU_ACCESS_KEY: 'k' })).toEqual({
      name: 'list',
      hub: 'http://hub',
      key: 'k',
    });
    expect(parseCommand(['revoke', 'ak_1'], {})).toMatchObject({ name: 'revoke', keyId: 'ak_1' });
  });

  it('names the purpose, the districts and the life of a key', () => {
    const args = ['make', 'ERP', '--for', 'records', '--districts', '咸安区， 赤壁市', '--days', '30'];
    expect(parseCommand(args, {})).toMatchObject({
      newKey: { name: 'ERP', purpose: 'records', districts: ['咸安区', '赤壁市'], lifeDays: 30 },
    });
  });

  it.each([
    [[]],
    [['grant']],
    [['make']],
    [['make', 'AI', 'platform']],
    [['make', 'AI', '--alerts-per-second', '-1']],
    [['make', 'AI', '--for', 'everything']],
    [['make', 'AI', '--districts', ' , ']],
    [['make', 'AI', '--days', 'soon']],
    [['make', 'AI', '--days', '0.5']],
    [['revoke']],
    [['list', 'all']],
    [['list', '--hub', 'hub']],
    [['list', '--what']],
  ])('says what is wrong with %j', (args) => {
    expect(() => parseCommand(args, {})).toThrow(UsageError);
  });
});
