import {
  defaultFindingTimes,
  savedFindingTimesSchema,
  type FindingTimes,
  type SavedFindingTimes,
} from '../../../src-shared/findings/findingTimes.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { createSequence } from '../../base/sequence.ts';
import type { Logger } from '../../logger.ts';

/** Where the times of findings are kept. What resolved is durable, with its line in the audit log. */
export interface FindingSettingsRepository {
  read(): Promise<unknown>;
  save(saved: SavedFindingTimes, audit: { atMs: number; actor: string; before: FindingTimes }): Promise<void>;
}

/** By when findings are due, and when a site gets a card, as an administrator set it. */
export interface FindingSettingsService {
  load(): Promise<void>;
  read(): SavedFindingTimes;
  save(wanted: SavedFindingTimes, actor: string): Promise<Ack<SavedFindingTimes>>;
}

export function createFindingSettings({
  repository,
  logger,
  nowMs,
}: {
  repository: FindingSettingsRepository;
  logger: Pick<Logger, 'error'>;
  nowMs(): number;
}): FindingSettingsService {
  let saved: SavedFindingTimes = { revision: 0, times: defaultFindingTimes };
  const { exclusive } = createSequence();
  return {
    async load() {
      const stored = await repository.read();
      if (stored === undefined) return;
      const parsed = savedFindingTimesSchema.safeParse(stored);
      if (parsed.success) saved = parsed.data;
      else
        logger.error(
          { err: parsed.error },
          'the times of findings cannot be read; the usual ones are used until an administrator saves them again',
        );
    },
    read: () => saved,
    save: ({ revision, times }, actor) =>
      exclusive(async () => {
        if (revision !== saved.revision) {
          return refuse('conflict', 'Somebody else saved these times meanwhile. Read them and save again.', {
            reason: 'findings.times_changed_meanwhile',
          });
        }
        const next = { revision: revision + 1, times };
        await repository.save(next, { atMs: nowMs(), actor, before: saved.times });
        saved = next;
        return ok(saved);
      }),
  };
}
