import { expect, it } from 'vitest';
import { parseCommand } from '../../../scripts/accounts/command.mjs';
import { UsageError } from '../../../scripts/commandLine.mjs';

const environment = { MINGCHU_DATA_DIR: '/data' };
const all = { districts: 'all', squads: 'all' };

it.each([
  [['list'], { command: 'list' }],
  [['first-code'], { command: 'firstCode' }],
  [
    ['add', 'wang', '王芳', 'duty_officer', '--districts', '咸安区，温泉'],
    {
      command: 'add',
      signInName: 'wang',
      name: '王芳',
      role: 'duty_officer',
      scope: { districts: ['咸安区', '温泉'], squads: 'all' },
    },
  ],
  [['role', 'wang', 'auditor'], { command: 'change', signInName: 'wang', role: 'auditor' }],
  [['scope', 'wang'], { command: 'change', signInName: 'wang', scope: all }],
  [
    ['scope', 'wang', '--squads', 'a, b'],
    { command: 'change', signInName: 'wang', scope: { ...all, squads: ['a', 'b'] } },
  ],
  [['disable', 'wang'], { command: 'change', signInName: 'wang', isDisabled: true }],
  [['reset', 'wang', '--with-codes'], { command: 'reset', signInName: 'wang', withTimeCodes: true }],
  [['revoke', 'wang'], { command: 'revoke', signInName: 'wang' }],
  [['confirm', 'AB12-CD34', '大厅'], { command: 'confirmScreen', code: 'AB12-CD34', name: '大厅' }],
])('sends %j as a command', (args, line) => {
  expect(parseCommand(args, environment)).toMatchObject({ dataDir: '/data', line });
});

it('finds the data folder of the demo and of the hub', () => {
  const home = { XDG_DATA_HOME: '/home/x' };
  expect(parseCommand(['list'], home)).toMatchObject({ dataDir: '/home/x/mingchu' });
  expect(parseCommand(['list', '--demo'], { ...home, ...environment })).toMatchObject({
    dataDir: '/home/x/mingchu-demo',
  });
  expect(parseCommand(['list', '--data', '/other'], environment)).toMatchObject({ dataDir: '/other' });
});

it.each([
  [[]],
  [['drop', 'wang']],
  [['add', 'wang']],
  [['list', 'all']],
  [['toString']],
  [['list', '--key']],
])('says what is wrong with %j', (args) => {
  expect(() => parseCommand(args, environment)).toThrow(UsageError);
});
