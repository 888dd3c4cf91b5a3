// `npm run whip:devices -- make MEMBER_ID NAME | list | remove DEVICE_ID`: recorders and encoders that send by WHIP.
import { parseCommand, usage, UsageError } from './whipDevices/command.mjs';

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
  else await run(command);
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

/** @param {Exclude<ReturnType<typeof parseCommand>, { name: 'help' }>} command */
async function run({ name, subjects, hub, key }) {
  const [subject, deviceName] = subjects;
  if (name === 'make') {
    const made = await ask(hub, key, '', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ memberId: subject, name: deviceName }),
    });
    process.stdout.write(`address  ${hub}${made.path}\ntoken    ${made.token}\n`);
    process.stderr.write('The token is shown this once: enter it in the device as its WHIP bearer token.\n');
  } else if (name === 'list') {
    const { devices } = await ask(hub, key, '', {});
    if (devices.length === 0)
      process.stderr.write('There are no devices. Make one with: make MEMBER_ID NAME\n');
    for (const device of devices) {
      const state = device.live === undefined ? 'off' : device.live.isConnected ? 'live' : 'connecting';
      process.stdout.write(`${device.deviceId}  ${state.padEnd(10)}  ${device.memberId}  ${device.name}\n`);
    }
  } else {
    await ask(hub, key, `/${encodeURIComponent(subject)}`, { method: 'DELETE' });
    process.stdout.write(`${subject} may not send any more.\n`);
  }
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
    response = await fetch(`${hub}/api/v1/whip-devices${path}`, {
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
