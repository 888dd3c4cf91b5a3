import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureDatagramReceiver } from '../../../scripts/datagramReceiver.mjs';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A Node with headers, a media worker, and a compiler that counts its runs and does as it is asked. */
function machine({ fails = false, headers = ['node_api.h', 'uv.h', 'node_version.h'] } = {}) {
  const folder = temporaryFolder('mingchu-receiver-');
  const include = join(folder, 'node', 'include', 'node');
  mkdirSync(include, { recursive: true });
  for (const name of headers) writeFileSync(join(include, name), name);
  const cache = join(folder, 'cache');
  mkdirSync(cache);
  const compiler = join(folder, 'compiler');
  const runs = join(folder, 'runs');
  const act = fails ? 'exit 1' : 'for last; do :; done; printf made > "$last"';
  writeFileSync(compiler, `#!/bin/sh\necho run >> ${runs}\n${act}\n`);
  chmodSync(compiler, 0o755);
  return {
    cache,
    include,
    ensure: () =>
      ensureDatagramReceiver(join(cache, 'mediasoup-worker'), {
        node: join(folder, 'node', 'bin', 'node'),
        compiler,
      }),
    runs: () => (existsSync(runs) ? readFileSync(runs, 'utf8').trim().split('\n').length : 0),
  };
}

describe.skipIf(process.platform !== 'linux')('the receiver of datagrams', () => {
  it('is compiled once beside the media worker, and again for another Node', async () => {
    const { ensure, runs, cache, include } = machine();
    expect(await ensure()).toBe(join(cache, 'datagram-receiver.node'));
    expect(await ensure()).toBe(join(cache, 'datagram-receiver.node'));
    expect(runs()).toBe(1);
    writeFileSync(join(include, 'node_version.h'), 'another');
    await ensure();
    expect(runs()).toBe(2);
    expect(readdirSync(cache).sort()).toEqual(['datagram-receiver.node', 'datagram-receiver.node.made-of']);
  });

  it('is compiled again where a set-up was ended before it marked what it had made', async () => {
    const { ensure, runs, cache } = machine();
    await ensure();
    rmSync(join(cache, 'datagram-receiver.node.made-of'));
    expect(await ensure()).toBe(join(cache, 'datagram-receiver.node'));
    expect(runs()).toBe(2);
    await ensure();
    expect(runs()).toBe(2);
  });

  it('is left out where it cannot be compiled, where headers are missing, and where the folder is', async () => {
    const failing = machine({ fails: true });
    expect(await failing.ensure()).toBeUndefined();
    expect(readdirSync(failing.cache)).toEqual([]);
    const bare = machine({ headers: ['node_api.h'] });
    expect(await bare.ensure()).toBeUndefined();
    expect(bare.runs()).toBe(0);
    const gone = machine();
    rmSync(gone.cache, { recursive: true });
    expect(await gone.ensure()).toBeUndefined();
  });
});
