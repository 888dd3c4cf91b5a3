import { createServer } from 'node:net';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import {
  createPublicFront,
  newSocketPath,
  type PublicFront,
} from '../../../../src-sfu/http/public/front/publicFront.ts';

let front: PublicFront;
let socketPath: string;
const create = (port: number): void => {
  socketPath = newSocketPath();
  const settings = { host: '127.0.0.1', port, proxies: '', socketPath, patienceMs: 0 };
  front = createPublicFront(settings, () => undefined);
};
afterEach(async () => {
  await front.close();
  vi.unstubAllEnvs();
});

it('knows none of the hub’s secrets, and leaves nothing when it is closed', async () => {
  vi.stubEnv('MINGCHU_SECRET', 'SECRET');
  create(0);
  const port = await front.open();
  const pid = front.pid();
  expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('SECRET');
  // Its hub is not there; it says nothing else.
  const answer = await fetch(`http://127.0.0.1:${port}/public/kitchens`);
  expect([answer.status, await answer.json()]).toEqual([503, { error: { code: 'not_answered' } }]);
  await front.close();
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(existsSync(dirname(socketPath))).toBe(false);
});

it('says which port is taken, and is not started again', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  create((taken.address() as AddressInfo).port);
  await expect(front.open()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  taken.close();
  await front.close();
  expect(front.starts()).toBe(1);
});
