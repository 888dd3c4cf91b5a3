import { demoCity } from '../city/demoCity.ts';
import { seededRandom } from '../random.ts';
import { answeringSquadId, demoSquads } from './demoSquads.ts';
import { openKeptPhones } from './keptPhones.ts';
import { findBrowser } from './leader/findBrowser.ts';
import { startLeader } from './leader/leader.ts';
import type { Leader } from './leader/leader.ts';
import { startPhone } from './phone.ts';
import type { Phone } from './phone.ts';
import { makeRounds } from './rounds.ts';
import type { SquadsSettings } from './settings.ts';
import { openHubKey } from './hubKey.ts';
import { signInSquads } from './signInSquads.ts';

/** Logs a message for the person who runs the demo; 30 is information, 40 a warning. */
export type Log = (level: 30 | 40, message: string, fields?: Record<string, unknown>) => void;

/** The demo's squads on the road. */
export interface RunningSquads {
  squads: number;
  /** Whose phones are simulated, the leader's own browser among them. */
  members: number;
  close(): Promise<void>;
}

/** The city and the rounds are the same at every start. */
const seed = 715;

/** Signs the demo's squads in and sends them on their rounds. */
export async function startSquads(
  settings: SquadsSettings,
  log: Log,
  signal: AbortSignal,
): Promise<RunningSquads> {
  const { hubUrl } = settings;
  const phones = openKeptPhones(settings.keptFile);
  const { sites } = demoCity({ sites: settings.sites, cameras: 0, seed, rtspUrl: 'rtsp://127.0.0.1' });
  const browserPath = settings.hasLeader ? (settings.browserPath ?? findBrowser()) : undefined;
  if (settings.hasLeader && browserPath === undefined) {
    log(40, 'there is no Chromium here: the squads are on the road, but nobody answers');
  }
  const answering = demoSquads.find(({ squadId }) => squadId === answeringSquadId);
  const leaderId = browserPath === undefined ? undefined : answering?.members[0]?.memberId;
  const entries = await signInSquads({
    hubUrl,
    openKey: () => openHubKey(settings.hubDataDir),
    phones,
    squads: demoSquads,
    usesCodeItself: leaderId,
    onTrouble: (message) => log(40, message),
    signal,
  });

  let leader: Leader | undefined;
  const running: Phone[] = [];
  for (const [squadOrder, squad] of demoSquads.entries()) {
    const rounds = makeRounds(squad, sites, seed + squadOrder);
    for (const [order, { memberId, name }] of squad.members.entries()) {
      const entry = entries.get(memberId);
      const patrol = rounds[order];
      if (entry === undefined || patrol === undefined) continue;
      const onSignedOut = (reason: string): void => {
        phones.forgetToken(memberId);
        log(40, `${name} is not simulated any more: the phone was signed out`, { memberId, reason });
      };
      if (memberId === leaderId && browserPath !== undefined) {
        leader = startLeader({
          hubUrl,
          memberId,
          entry,
          squad,
          patrol,
          browserPath,
          random: seededRandom(seed * 1_000 + squadOrder * 50 + order),
          pace: settings.pace,
          onToken: (token) => phones.keepToken(memberId, token),
          onSignedOut,
          log,
        });
        continue;
      }
      if (!('token' in entry)) continue;
      running.push(
        startPhone({
          hubUrl,
          memberId,
          token: entry.token,
          patrol,
          pace: settings.pace,
          random: seededRandom(seed * 1_000 + squadOrder * 50 + order),
          // What the squad hears, its leader hears.
          onFloor: (floor) => {
            if (squad.squadId === answeringSquadId) leader?.heard(floor);
          },
          onSignedOut,
        }),
      );
    }
  }
  return {
    squads: demoSquads.length,
    members: running.length + (leader === undefined ? 0 : 1),
    async close() {
      for (const phone of running) phone.close();
      await leader?.close();
    },
  };
}
