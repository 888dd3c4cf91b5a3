// `npm run registry -- import FILE… | export | template`: brings sites and cameras into a running hub, or gets them out of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

import { parseCommand, usage, UsageError } from './registry/command.mjs';
import { describeProblems, describeReport } from './registry/report.mjs';

/** Exit codes, by which scripts see what happened. */
const exitCodes = { done: 0, notImportable: 1, usage: 2, hub: 3 };

/** An import of 50,000 cameras takes some seconds; beyond this the hub hangs. */
const answerTimeoutMs = 120_000;

/** A file cannot be read or written. The usage would not help whoever named it. */
class FileError extends Error {
  name = 'FileError';
}

/** The hub could not be asked or said no. The message says what to do. */
class HubError extends Error {
  name = 'HubError';
}

try {
  const command = parseCommand(process.argv.slice(2), process.env);
  if (command.name === 'help') process.stdout.write(usage);
  else if (command.name === 'import') process.exitCode = await importFiles(command);
  else if (command.name === 'template') await saveAnswer(`registry/template?lang=${command.lang}`, command);
  else await exportRegistry(command);
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exitCode = exitCodes.usage;
  } else if (error instanceof FileError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes.usage;
  } else if (error instanceof HubError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = exitCodes.hub;
  } else {
    throw error;
  }
}

/** @param {Extract<ReturnType<typeof parseCommand>, { name: 'import' }>} command */
async function importFiles({ files, dryRun, removesMissing, hub, key }) {
  const missing = removesMissing ? 'remove' : 'keep';
  const response = await ask(`${hub}/api/v1/registry/import?dryRun=${dryRun}&missing=${missing}`, key, {
    method: 'POST',
    ...bodyOf(files),
  });
  const answer = await response.json();
  if (response.ok) {
    process.stdout.write(describeReport(answer));
    return exitCodes.done;
  }
  if (response.status !== 422) throw refusal(response.status, answer);
  process.stdout.write(describeProblems(answer.error, files.length === 1 ? basename(files[0]) : undefined));
  return exitCodes.notImportable;
}

/** @param {string[]} files */
function bodyOf(files) {
  const contents = files.map((file) => ({ name: basename(file), bytes: read(file) }));
  const isJson = contents.map(({ name }) => /\.json$/i.test(name));
  if (isJson.includes(true)) {
    if (files.length > 1) throw new UsageError('A JSON file holds everything: give it alone.');
    return { body: contents[0].bytes, headers: { 'content-type': 'application/json' } };
  }
  // As a form also for one table: the hub names the files in what it says.
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
async function saveAnswer(path, { out, hub, key }) {
  const response = await ask(`${hub}/api/v1/${path}`, key, {});
  if (!response.ok) throw refusal(response.status, await response.json());
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
 * @param {string} url
 * @param {string | undefined} key
 * @param {RequestInit} request
 */
async function ask(url, key, request) {
  const headers = { ...request.headers, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) };
  let response;
  try {
    response = await fetch(url, { ...request, headers, signal: AbortSignal.timeout(answerTimeoutMs) });
  } catch (error) {
    const cause = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new HubError(`The hub at ${new URL(url).origin} does not answer (${cause}). Is it running?`);
  }
  if (
    /^(application\/json|text\/csv|application\/vnd\.openxml)/.test(
      response.headers.get('content-type') ?? '',
    )
  )
    return response;
  throw new HubError(`What answers at ${new URL(url).origin} is not a hub (status ${response.status}).`);
}

/**
 * @param {number} status
 * @param {{ error?: { message?: string } }} answer
 */
function refusal(status, answer) {
  const message = answer.error?.message ?? 'no reason was given';
  const hint = status === 401 ? ' Give the key with --key or MINGCHU_ACCESS_KEY.' : '';
  return new HubError(`The hub refused (${status}): ${message}${hint}`);
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
      return 'you may not';
    default:
      return error.message;
  }
}
