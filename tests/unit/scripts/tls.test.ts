import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../scripts/commandLine.mjs';
import { parseCommand } from '../../../scripts/tls/command.mjs';

describe('the command line of certificates', () => {
  it.each(['status', 'rotate', 'next', 'finish'])('sends %s to the hub of the data folder', (action) => {
    const command = { name: 'tls', action, dataDir: '/data' };
    expect(parseCommand([action, '--data', '/data'], {})).toEqual(command);
    expect(parseCommand([action], { MINGCHU_DATA_DIR: '/data' })).toEqual(command);
    expect(parseCommand([action, '--demo'], { HOME: '/h' })).toEqual({
      ...command,
      dataDir: '/h/.local/share/mingchu-demo',
    });
  });

  it.each([[[]], [['drop']], [['rotate', 'now']], [['rotate', '--force']]])(
    'says what is wrong with %j',
    (args) => {
      expect(() => parseCommand(args, {})).toThrow(UsageError);
    },
  );
});
