// `npm run alerts:keys -- make NAME | list | revoke KEY`: keys by which other systems report alerts to a running hub.
import { parseCommand, usage, UsageError } from './alertKeys/command.mjs';

/** Exit codes, by which scripts see what happened. */
const exitCodes = { done: 0, usage: 2, hub: 3 };

const answerTimeoutMs = 10_000;

/** The hub could not be asked or said no. The message says what to do. */
class HubError extends Error {
  name = 'HubError';
}

try {
  const command = parseCommand(process.argv.slice(2), process.env);
  if (command.name === 'help') process.stdout.write(usage);
  else if (command.name === 'make') await make(command);
  else if (command.name === 'list') await list(command);
  else await revoke(command);
  process.exitCode = exitCodes.done;
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exitCode = exitCodes.usage;
  } else if (error instanceof HubError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes.hub;
  } else {
    throw error;
  }
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'make' }>} command */
async function make({ hub, key, keyName, alertsPerSecond }) {
  const made = await ask(hub, key, '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: keyName, ...(alertsPerSecond === undefined ? {} : { alertsPerSecond }) }),
  });
  process.stdout.write(`key id  ${made.keyId}\nsecret  ${made.secret}\n`);
  process.stderr.write(
    `The secret is shown this once: hand it to "${made.name}" over a safe way. How to sign: ${hub}/api/v1/docs\n`,
  );
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'list' }>} command */
async function list({ hub, key }) {
  const { keys } = await ask(hub, key, '', {});
  if (keys.length === 0) process.stderr.write('There are no keys. Make one with: make NAME\n');
  for (const { keyId, name, alertsPerSecond, createdAtMs, revokedAtMs } of keys) {
    const made = new Date(createdAtMs).toISOString().slice(0, 16).replace('T', ' ');
    const state = revokedAtMs === undefined ? `${alertsPerSecond} alerts/s` : 'revoked';
    process.stdout.write(`${keyId}  ${made}  ${state.padEnd(15)}  ${name}\n`);
  }
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'revoke' }>} command */
async function revoke({ hub, key, keyId }) {
  await ask(hub, key, `/${encodeURIComponent(keyId)}`, { method: 'DELETE' });
  process.stdout.write(`${keyId} opens nothing any more.\n`);
}

/**
 * @param {string} hub
 * @param {string | undefined} key
 * @param {string} path
 * @param {RequestInit} request
 */
async function ask(hub, key, path, request) {
  const headers = { ...request.headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
  let response;
  try {
    response = await fetch(`${hub}/api/v1/alert-keys${path}`, {
      ...request,
      headers,
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
  } catch (error) {
    const cause = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new HubError(`The hub at ${hub} does not answer (${cause}). Is it running?`);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const message = answer.error?.message ?? 'no reason was given';
  const hint = response.status === 401 ? ' Give the key with --key or MINGCHU_ACCESS_KEY.' : '';
  throw new HubError(`The hub refused (${response.status}): ${message}${hint}`);
}
