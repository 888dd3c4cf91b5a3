// `npm run registry -- import FILE… | export | template`: imports sites and cameras into a running hub, or exports them.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import { withKey } from './accounts/commandKey.mjs';
import { CommandError, exitCodes, FileError, runCommand, UsageError } from './commandLine.mjs';
import { askHub, hubRefusal } from './hubRequest.mjs';
import { parseCommand, usage } from './registry/command.mjs';
import { describeProblems, describeReport } from './registry/report.mjs';

/** An import of 50,000 cameras takes some seconds; a hub that takes longer than this hangs. */
const answerTimeoutMs = 120_000;

await runCommand({
  usage,
  parse: parseCommand,
  run: (command) =>
    withKey(command, 'registry', async (key) => {
      if (command.name === 'import') return importFiles({ ...command, key });
      if (command.name === 'export') return exportRegistry({ ...command, key });
      return saveAnswer(`registry/template?lang=${command.lang}`, { ...command, key });
    }),
});

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'import' }>} command */
async function importFiles({ files, dryRun, removesMissing, ...target }) {
  const missing = removesMissing ? 'remove' : 'keep';
  const response = await ask(target, `registry/import?dryRun=${dryRun}&missing=${missing}`, {
    method: 'POST',
    ...bodyOf(files),
  });
  const answer = await response.json();
  if (response.ok) {
    process.stdout.write(describeReport(answer));
    return exitCodes.done;
  }
  if (response.status !== 422) throw hubRefusal(response.status, answer);
  process.stdout.write(describeProblems(answer.error, files.length === 1 ? basename(files[0]) : undefined));
  return exitCodes.no;
}

/** @param {string[]} files */
function bodyOf(files) {
  const contents = files.map((file) => ({ name: basename(file), bytes: read(file) }));
  const isJson = contents.map(({ name }) => /\.json$/i.test(name));
  if (isJson.includes(true)) {
    if (files.length > 1) throw new UsageError('A JSON file holds the whole registry: name it alone.');
    return { body: contents[0].bytes, headers: { 'content-type': 'application/json' } };
  }
  // One table is sent as a form, too, so that the hub names its file in each problem.
  const form = new globalThis.FormData();
  for (const { name, bytes } of contents) form.append('file', new globalThis.Blob([bytes]), name);
  return { body: form, headers: {} };
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'export' }>} command */
async function exportRegistry({ format, encoding, table, ...command }) {
  const query = new globalThis.URLSearchParams({ format, encoding, table });
  await saveAnswer(`registry/export?${query}`, command);
}

/**
 * @param {string} path
 * @param {{ out: string | undefined, hub: string, key: string | undefined }} target
 */
async function saveAnswer(path, { out, ...target }) {
  const response = await ask(target, path, {});
  if (!response.ok) throw hubRefusal(response.status, await response.json());
  const bytes = Buffer.from(await response.arrayBuffer());
  if (out === undefined) {
    process.stdout.write(bytes);
    return;
  }
  try {
    writeFileSync(out, bytes, { mode: 0o600 });
  } catch (error) {
    throw new FileError(`${out} cannot be written: ${reasonOf(error)}.`);
  }
  process.stderr.write(`${out}: ${bytes.length} bytes\n`);
}

/**
 * @param {{ hub: string, key: string | undefined }} target
 * @param {string} path
 * @param {RequestInit} request
 */
async function ask({ hub, key }, path, request) {
  const response = await askHub({ hub, key }, `/api/v1/${path}`, request, answerTimeoutMs);
  const type = response.headers.get('content-type') ?? '';
  if (/^(application\/json|text\/csv|application\/vnd\.openxml)/.test(type)) return response;
  throw new CommandError(`The server at ${hub} is not a hub (status ${response.status}).`);
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new FileError(`${file} cannot be read: ${reasonOf(error)}.`);
  }
}

/**
 * What the system says, in words.
 * @param {NodeJS.ErrnoException} error
 */
function reasonOf(error) {
  switch (error.code) {
    case 'ENOENT':
      return 'there is no such file or folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'this user may not open it';
    default:
      return error.message;
  }
}
