/** Of a question of the front itself, which keeps the answer for many phones. */
export const frontHeader = 'x-front';
/** Of such a question: `0` where the phones behind it may not make the hub ask for pictures. */
export const wantedHeader = 'x-wanted';
/** Of the answer to such a question: the cameras of the site, separated by commas. The front passes it on to nobody. */
export const camerasHeader = 'x-cameras';

/** What the hub lets its front know. */
export type FrontNews = 'forget' | 'busy';

/** What the front lets the hub know about its port. */
export type FrontReport = { type: 'ready'; port: number } | { type: 'failed'; code: string; message: string };

/** What the front is started with. `proxies`: as the setting of that name. */
export interface FrontSettings {
  host: string;
  port: number;
  proxies: string;
  socketPath: string;
  /** How long a port that is taken is tried again: the front of a hub that was killed has it for a moment longer. Milliseconds. */
  patienceMs: number;
}
