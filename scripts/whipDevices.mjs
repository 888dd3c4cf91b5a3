// `npm run whip:devices -- make MEMBER_ID NAME | list | remove DEVICE_ID`: recorders and encoders that send by WHIP.
import { withKey } from './accounts/commandKey.mjs';
import { runCommand } from './commandLine.mjs';
import { askHubForJson } from './hubRequest.mjs';
import { parseCommand, usage } from './whipDevices/command.mjs';

const path = '/api/v1/whip-devices';

await runCommand({
  usage,
  parse: parseCommand,
  run: (command) => withKey(command, 'recorders', (key) => run({ ...command, key })),
});

/** @param {Exclude<ReturnType<typeof parseCommand>, { name: 'help' }>} command */
async function run({ name, subjects, ...target }) {
  const [subject, deviceName] = subjects;
  if (name === 'make') {
    const made = await askHubForJson(target, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ memberId: subject, name: deviceName }),
    });
    process.stdout.write(`address  ${target.hub}${made.path}\ntoken    ${made.token}\n`);
    process.stderr.write(
      'The token is printed only this once: enter it in the device as its WHIP bearer token.\n',
    );
  } else if (name === 'list') {
    const { devices } = await askHubForJson(target, path);
    if (devices.length === 0)
      process.stderr.write('There are no devices. Make one with: make MEMBER_ID NAME\n');
    for (const device of devices) {
      const state = device.live === undefined ? 'off' : device.live.isConnected ? 'live' : 'connecting';
      process.stdout.write(`${device.deviceId}  ${state.padEnd(10)}  ${device.memberId}  ${device.name}\n`);
    }
  } else {
    await askHubForJson(target, `${path}/${encodeURIComponent(subject)}`, { method: 'DELETE' });
    process.stdout.write(`${subject} is removed: its token is no longer accepted.\n`);
  }
}
