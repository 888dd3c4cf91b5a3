import { withKey } from '../accounts/commandKey.mjs';

/** @typedef {<T>(purpose: 'registry' | 'alerts' | 'kitchenRecorders', work: (key: string) => Promise<T>) => Promise<T>} WithHubKey */

/**
 * Keys of the hub that this demo started.
 * @param {string} hubUrl
 * @param {string} dataDir
 * @returns {WithHubKey}
 */
export function hubKeys(hubUrl, dataDir) {
  return (purpose, work) => withKey({ hub: hubUrl, key: undefined, dataDir }, purpose, work);
}
