import { setImmediate as nextTurn } from 'node:timers/promises';
import { refuse, ok, type Ack } from '../../../src-shared/protocol/define.ts';
import { likelySites, suggestCameras, type Suggestion } from '../../../src-shared/recorders/matching.ts';
import { maxListedChannels, type RecorderChannel } from '../../../src-shared/recorders/recorders.protocol.ts';
import { createSequence } from '../../base/sequence.ts';
import { parseRecorderUrl, recorderUrl } from '../../base/recorderUrl.ts';
import type { ListedRecorder } from './recorders.service.ts';

/** A site of the registry with its cameras, names with their pinyin. */
export interface SiteToPlace {
  siteId: string;
  name: string;
  pinyin: string;
  district: string;
  cameras: { cameraId: string; name: string; pinyin: string; url: string }[];
}

/** What matching asks of the registry. */
export interface PlacingRegistry {
  sites(): Promise<SiteToPlace[]>;
  pinyinOf(name: string): string;
  /** Gives cameras these addresses, all or none; the problem where the registry refuses. */
  setSources(sources: ReadonlyMap<string, string>, actor: string): Promise<string | undefined>;
  /** Cameras whose source from before a match is kept. */
  releasable(): Promise<ReadonlySet<string>>;
  /** Gives a camera back what it had before a channel or an ONVIF device became its source. `nothing_kept`: it has neither, or nothing is known of before. */
  release(cameraId: string, actor: string): Promise<'released' | 'nothing_kept' | { problem: string }>;
}

export interface Match {
  recorderId: string;
  channelId: string;
  cameraId: string;
}

/** Recorders whose channels are compared before the hub's other work gets its turn. */
const recordersPerTurn = 3;

/** Lays channels of recorders beside the cameras of the registry. Nothing is a camera before a person says so. */
export function createRecorderMatches(registry: PlacingRegistry): {
  /** Channels of these recorders, each with its camera or with what it may be. `onlyFree`: those without a camera. */
  channels(
    recorders: readonly ListedRecorder[],
    options: { onlyFree: boolean },
  ): Promise<{ channels: RecorderChannel[]; total: number }>;
  /** How many channels of each recorder have a camera. */
  counts(): Promise<Map<string, number>>;
  match(
    matches: readonly Match[],
    recorders: readonly ListedRecorder[],
    actor: string,
  ): Promise<Ack<{ matched: number }>>;
  /** Takes a match back. */
  release(cameraId: string, actor: string): Promise<Ack<Record<string, never>>>;
} {
  const sequence = createSequence();
  const usedChannels = (sites: readonly SiteToPlace[]): Map<string, string> => {
    const used = new Map<string, string>();
    for (const { cameras } of sites)
      for (const { cameraId, url } of cameras) {
        const target = parseRecorderUrl(url);
        if (target !== undefined) used.set(`${target.recorderId}/${target.channelId}`, cameraId);
      }
    return used;
  };
  return {
    async channels(recorders, { onlyFree }) {
      const sites = await registry.sites();
      const used = usedChannels(sites);
      const releasable = await registry.releasable();
      const channels: RecorderChannel[] = [];
      let total = 0;
      for (const [index, recorder] of recorders.entries()) {
        if (index % recordersPerTurn === recordersPerTurn - 1) await nextTurn();
        const free = recorder.channels.filter(
          ({ channelId }) => !used.has(`${recorder.recorderId}/${channelId}`),
        );
        const suggestions = new Map(
          (channels.length < maxListedChannels ? suggestionsFor(recorder, free, sites) : []).map(
            (suggestion) => [suggestion.channelId, suggestion],
          ),
        );
        for (const channel of onlyFree ? free : recorder.channels) {
          total += 1;
          if (channels.length >= maxListedChannels) continue;
          const cameraId = used.get(`${recorder.recorderId}/${channel.channelId}`);
          const suggestion = suggestions.get(channel.channelId);
          channels.push({
            recorderId: recorder.recorderId,
            recorderName: recorder.name,
            channelId: channel.channelId,
            name: channel.name,
            ...(channel.isOn === undefined ? {} : { isOn: channel.isOn }),
            isMissing: channel.isGone,
            ...(cameraId === undefined ? {} : { cameraId, canRelease: releasable.has(cameraId) }),
            ...(suggestion === undefined ? {} : { suggestion: withoutChannel(suggestion) }),
          });
        }
      }
      return { channels, total };
    },
    async counts() {
      const counts = new Map<string, number>();
      for (const key of usedChannels(await registry.sites()).keys()) {
        const recorderId = key.slice(0, key.indexOf('/'));
        counts.set(recorderId, (counts.get(recorderId) ?? 0) + 1);
      }
      return counts;
    },
    // One after the other, so that two people do not give one channel to two cameras.
    match: (matches, recorders, actor) => sequence.exclusive(() => match(matches, recorders, actor)),
    release: (cameraId, actor) =>
      sequence.exclusive(async () => {
        const outcome = await registry.release(cameraId, actor);
        if (outcome === 'released') return ok({});
        if (outcome === 'nothing_kept')
          return refuse('not_found', 'What this camera had before is not known.', {
            reason: 'recorders.nothing_kept',
          });
        return refused(outcome.problem);
      }),
  };

  async function match(
    matches: readonly Match[],
    recorders: readonly ListedRecorder[],
    actor: string,
  ): Promise<Ack<{ matched: number }>> {
    const sites = await registry.sites();
    const used = usedChannels(sites);
    const cameraIds = new Set(sites.flatMap(({ cameras }) => cameras.map(({ cameraId }) => cameraId)));
    const known = new Set(
      recorders.flatMap(({ recorderId, channels }) =>
        channels.map(({ channelId }) => `${recorderId}/${channelId}`),
      ),
    );
    const sources = new Map<string, string>();
    const taken = new Set<string>();
    for (const { recorderId, channelId, cameraId } of matches) {
      const key = `${recorderId}/${channelId}`;
      if (!known.has(key))
        return refuse('not_found', 'There is no such channel.', { reason: 'recorders.no_such_channel' });
      if (!cameraIds.has(cameraId))
        return refuse('not_found', 'The registry has no such camera.', {
          reason: 'recorders.no_such_camera',
        });
      const other = used.get(key);
      if ((other !== undefined && other !== cameraId) || taken.has(key) || sources.has(cameraId))
        return refuse('conflict', 'A channel is the source of one camera only.', {
          reason: 'recorders.channel_used',
          camera: other ?? cameraId,
        });
      taken.add(key);
      sources.set(cameraId, recorderUrl(recorderId, channelId));
    }
    const problem = await registry.setSources(sources, actor);
    if (problem !== undefined) return refused(problem);
    return ok({ matched: sources.size });
  }

  function suggestionsFor(
    recorder: ListedRecorder,
    free: ListedRecorder['channels'],
    sites: readonly SiteToPlace[],
  ): Suggestion[] {
    const { recorderId, name } = recorder;
    const spoken = { recorderId, name, pinyin: registry.pinyinOf(name) };
    const candidates = likelySites(spoken, sites).flatMap(({ site, score }) =>
      site.cameras.flatMap((camera) =>
        parseRecorderUrl(camera.url) === undefined ? [{ camera, siteScore: score }] : [],
      ),
    );
    const channels = free.map((channel) => ({
      channelId: channel.channelId,
      name: channel.name,
      pinyin: registry.pinyinOf(channel.name),
    }));
    return suggestCameras(channels, candidates);
  }
}

function refused(problem: string): Ack<never> {
  return refuse('conflict', `The registry refused it: ${problem}.`, {
    reason: 'recorders.match_refused',
    problem,
  });
}

function withoutChannel({
  cameraId,
  score,
  isCertain,
}: Suggestion): NonNullable<RecorderChannel['suggestion']> {
  return { cameraId, score: Math.round(score * 100) / 100, isCertain };
}
