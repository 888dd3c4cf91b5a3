import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const retryMs = 500;
const requestMs = 5_000;

/**
 * Lets the simulated city's AI platform report to the hub: with the key it got at an earlier start, when the hub still
 * takes it, else with a new one. Waits for both programs to answer.
 * @param {{ simulatorUrl: string, hubUrl: string, withHubKey: import('./hubKey.mjs').WithHubKey, keyFile: string, perMinute: number, signal: AbortSignal }} options
 */
export async function connectDemoAlerts({ simulatorUrl, hubUrl, withHubKey, keyFile, perMinute, signal }) {
  const key = await withHubKey('alerts', async (hubKey) => {
    const authorized = { headers: { authorization: `Bearer ${hubKey}` } };
    const { keys } = await untilAnswered(`${hubUrl}/api/v1/alert-keys`, authorized, signal);
    const saved = readKey(keyFile);
    const isValid = keys.some(
      ({ keyId, revokedAtMs }) => keyId === saved?.keyId && revokedAtMs === undefined,
    );
    return isValid ? saved : makeKey(hubUrl, hubKey, keyFile, signal);
  });
  await untilAnswered(
    `${simulatorUrl}/alerts/hub`,
    json('PUT', { hubUrl, keyId: key.keyId, secret: key.secret }),
    signal,
  );
  await untilAnswered(`${simulatorUrl}/alerts/rate`, json('PUT', { perMinute }), signal);
}

/**
 * @param {string} hubUrl
 * @param {string} hubKey
 * @param {string} keyFile
 * @param {AbortSignal} signal
 */
async function makeKey(hubUrl, hubKey, keyFile, signal) {
  const body = json('POST', { name: '演示城市 AI 平台' }, { authorization: `Bearer ${hubKey}` });
  const { keyId, secret } = await untilAnswered(`${hubUrl}/api/v1/alert-keys`, body, signal);
  mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
  writeFileSync(keyFile, JSON.stringify({ keyId, secret }), { mode: 0o600 });
  return { keyId, secret };
}

/**
 * @param {string} keyFile
 * @returns {{ keyId: string, secret: string } | undefined}
 */
function readKey(keyFile) {
  try {
    const key = JSON.parse(readFileSync(keyFile, 'utf8'));
    return typeof key.keyId === 'string' && typeof key.secret === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string} method
 * @param {object} body
 * @param {Record<string, string>} headers
 */
function json(method, body, headers = {}) {
  return {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/**
 * @param {string} url
 * @param {RequestInit} request
 * @param {AbortSignal} signal
 */
async function untilAnswered(url, request, signal) {
  for (;;) {
    signal.throwIfAborted();
    let response;
    try {
      response = await fetch(url, {
        ...request,
        signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
      });
    } catch {
      await sleep(retryMs, undefined, { signal });
      continue;
    }
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    if (response.status < 500) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 300)}`);
    await sleep(retryMs, undefined, { signal });
  }
}
