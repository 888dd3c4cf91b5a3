// `npm run recorders -- add RECORDER_ID NAME | list | remove RECORDER_ID`: recorders that register by GB/T 28181.
import { withKey } from './accounts/commandKey.mjs';
import { runCommand } from './commandLine.mjs';
import { askHubForJson } from './hubRequest.mjs';
import { parseCommand, usage } from './recorders/command.mjs';

const path = '/api/v1/recorders';

await runCommand({
  usage,
  parse: parseCommand,
  run: (command) => withKey(command, 'kitchenRecorders', (key) => run({ ...command, key })),
});

/** @param {Exclude<ReturnType<typeof parseCommand>, { name: 'help' }>} command */
async function run({ name, subjects, ...target }) {
  const [recorderId = '', recorderName] = subjects;
  if (name === 'add') {
    const { password } = await askHubForJson(target, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ recorderId, name: recorderName }),
    });
    process.stdout.write(`password  ${password}\n`);
    process.stderr.write('The password is printed only this once: enter it in the recorder.\n');
  } else if (name === 'list') {
    const { recorders, waiting } = await askHubForJson(target, path);
    for (const recorder of recorders) {
      const { announcedItems, receivedItems } = recorder;
      const state = recorder.isOnline ? 'online ' : 'offline';
      const came = announcedItems === undefined ? '' : `  ${receivedItems} of ${announcedItems} came`;
      process.stdout.write(
        `${recorder.recorderId}  ${state}  ${recorder.address ?? '-'}  ${recorder.name}${came}\n`,
      );
      for (const channel of recorder.channels) {
        const channelState = channel.isOn === undefined ? '?  ' : channel.isOn ? 'on ' : 'off';
        process.stdout.write(`  ${channel.url}  ${channelState}  ${channel.name}\n`);
      }
    }
    for (const { recorderId: id, address } of waiting)
      process.stdout.write(`${id}  waits    ${address}  nobody has added it\n`);
    if (recorders.length + waiting.length === 0)
      process.stderr.write('There are no recorders. Add one with: add RECORDER_ID NAME\n');
  } else {
    await askHubForJson(target, `${path}/${encodeURIComponent(recorderId)}`, { method: 'DELETE' });
    process.stdout.write(`${recorderId} is removed: it cannot register any more.\n`);
  }
}
