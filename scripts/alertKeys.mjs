// `npm run alerts:keys -- make NAME | list | revoke KEY`: keys by which other systems use a running hub over HTTP.
import { parseCommand, usage } from './alertKeys/command.mjs';
import { withKey } from './accounts/commandKey.mjs';
import { runCommand } from './commandLine.mjs';
import { askHubForJson } from './hubRequest.mjs';

const path = '/api/v1/alert-keys';

await runCommand({
  usage,
  parse: parseCommand,
  run: (command) =>
    withKey(command, 'systemKeys', (key) => {
      if (command.name === 'make') return make({ ...command, key });
      return command.name === 'list' ? list({ ...command, key }) : revoke({ ...command, key });
    }),
});

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'make' }>} command */
async function make({ newKey, ...target }) {
  const made = await askHubForJson(target, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(newKey),
  });
  process.stdout.write(`key id  ${made.keyId}\nsecret  ${made.secret}\n`);
  const use =
    made.purpose === 'alerts'
      ? `How to sign with it: ${target.hub}/api/v1/docs`
      : 'It is sent as "Authorization: Bearer SECRET".';
  process.stderr.write(
    `The secret is printed only this once: give it to "${made.name}" over a safe channel. ${use} The key expires on ${dayOf(made.expiresAtMs)}.\n`,
  );
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'list' }>} command */
async function list(target) {
  const { keys } = await askHubForJson(target, path);
  if (keys.length === 0) process.stderr.write('There are no keys. Make one with: make NAME\n');
  for (const key of keys) {
    const lastUse =
      key.lastUsedAtMs === undefined
        ? 'never used'
        : `last used ${dayOf(key.lastUsedAtMs)} from ${key.lastAddress}`;
    const districts = key.districts === 'all' ? [] : [key.districts.join(',')];
    const rate = key.purpose === 'alerts' ? [`${key.alertsPerSecond} alerts/s`] : [];
    const columns = [
      key.keyId,
      key.purpose.padEnd(8),
      stateOf(key),
      lastUse,
      ...rate,
      key.name,
      ...districts,
    ];
    process.stdout.write(`${columns.join('  ')}\n`);
  }
}

/** @param {{ revokedAtMs?: number, expiresAtMs: number }} key */
function stateOf({ revokedAtMs, expiresAtMs }) {
  if (revokedAtMs !== undefined) return `revoked ${dayOf(revokedAtMs)}`;
  return `${expiresAtMs <= Date.now() ? 'expired' : 'expires'} ${dayOf(expiresAtMs)}`;
}

/** @param {number} atMs */
function dayOf(atMs) {
  return new Date(atMs).toISOString().slice(0, 10);
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'revoke' }>} command */
async function revoke({ keyId, ...target }) {
  await askHubForJson(target, `${path}/${encodeURIComponent(keyId)}`, { method: 'DELETE' });
  process.stdout.write(`${keyId} is revoked: the hub refuses everything that is signed or asked with it.\n`);
}
