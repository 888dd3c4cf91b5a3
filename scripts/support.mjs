// `npm run support`: one file for those who help from afar, without passwords, keys and tokens.
import { readFileSync } from 'node:fs';

import { makeSupportBundle } from '../src-main/support/supportBundle.ts';
import { runCommand } from './commandLine.mjs';
import { hubSettings } from './hubSettings.mjs';
import { parseSupport, supportUsage } from './support/command.mjs';

await runCommand({
  usage: supportUsage,
  parse: parseSupport,
  async run({ data }) {
    const { dataDir, port } = hubSettings(data);
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
    const path = await makeSupportBundle({
      dataDir,
      workingDir: process.cwd(),
      environment: process.env,
      hubOrigin: `http://127.0.0.1:${port}`,
      appVersion: version,
      nowMs: Date.now(),
    });
    process.stdout.write(
      `The support bundle is ready: ${path}\nPasswords, keys and tokens were removed. Look into it before you send it.\n`,
    );
  },
});
