import { expect, it } from 'vitest';
import { createRepeatedCommands, isDecided } from '../../../../src-renderer/ui/repeatedCommands.ts';

it('sends a command with the same id until the hub has decided, and each other one with its own', async () => {
  let made = 0;
  const commands = createRepeatedCommands(() => `k${(made += 1)}`);
  const sent: string[] = [];
  const send = (what: string, code?: string) =>
    commands.send(
      what,
      (commandId) => {
        sent.push(commandId);
        return Promise.resolve(code === undefined ? { ok: true as const } : { ok: false as const, code });
      },
      isDecided,
    );
  await send('a', 'timeout');
  await send('b', 'timeout');
  await send('a', 'unavailable');
  await send('a');
  await send('a');
  await send('b', 'conflict');
  await send('b');
  expect(sent).toEqual(['k1', 'k2', 'k1', 'k1', 'k3', 'k2', 'k4']);
});
