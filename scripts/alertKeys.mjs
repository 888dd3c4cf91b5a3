// `npm run alerts:keys -- make NAME | list | revoke KEY`: keys by which other systems report alerts to a running hub.
import { parseCommand, usage } from './alertKeys/command.mjs';
import { withKey } from './accounts/commandKey.mjs';
import { runCommand } from './commandLine.mjs';
import { askHubForJson } from './hubRequest.mjs';

const path = '/api/v1/alert-keys';

await runCommand({
  usage,
  parse: parseCommand,
  run: (command) =>
    withKey(command, 'alerts', (key) => {
      if (command.name === 'make') return make({ ...command, key });
      return command.name === 'list' ? list({ ...command, key }) : revoke({ ...command, key });
    }),
});

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'make' }>} command */
async function make({ keyName, alertsPerSecond, ...target }) {
  const made = await askHubForJson(target, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: keyName, ...(alertsPerSecond === undefined ? {} : { alertsPerSecond }) }),
  });
  process.stdout.write(`key id  ${made.keyId}\nsecret  ${made.secret}\n`);
  process.stderr.write(
    `The secret is printed only this once: give it to "${made.name}" over a safe channel. How to sign: ${target.hub}/api/v1/docs\n`,
  );
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'list' }>} command */
async function list(target) {
  const { keys } = await askHubForJson(target, path);
  if (keys.length === 0) process.stderr.write('There are no keys. Make one with: make NAME\n');
  for (const { keyId, name, alertsPerSecond, createdAtMs, revokedAtMs } of keys) {
    const made = new Date(createdAtMs).toISOString().slice(0, 16).replace('T', ' ');
    const state = revokedAtMs === undefined ? `${alertsPerSecond} alerts/s` : 'revoked';
    process.stdout.write(`${keyId}  ${made}  ${state.padEnd(15)}  ${name}\n`);
  }
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'revoke' }>} command */
async function revoke({ keyId, ...target }) {
  await askHubForJson(target, `${path}/${encodeURIComponent(keyId)}`, { method: 'DELETE' });
  process.stdout.write(`${keyId} is revoked: alerts that are signed with it are refused.\n`);
}
