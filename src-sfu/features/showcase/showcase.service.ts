import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { defaultProgramme } from '../../../src-shared/showcase/programme.ts';
import type { Curtain, SavedProgramme } from '../../../src-shared/showcase/showcase.protocol.ts';
import { createSequence } from '../../base/sequence.ts';
import type { KeptCurtain, ShowcaseRepository } from './showcase.repository.ts';

/** The curtain and the programme. */
export interface ShowcaseService {
  load(): Promise<void>;
  curtain(): KeptCurtain;
  saved(): SavedProgramme;
  setCurtain(isDrawn: boolean, by: string): Promise<Ack<{ curtain: Curtain }>>;
  saveProgramme(saved: SavedProgramme, by: string): Promise<Ack<SavedProgramme>>;
  /** Called at once when the curtain or the programme is another. */
  onChanged(listener: () => void): void;
}

export interface ShowcaseServiceOptions {
  repository: Pick<ShowcaseRepository, 'load' | 'saveCurtain' | 'saveProgramme'>;
  onFault(error: unknown): void;
  nowMs(): number;
}

export function createShowcaseService({
  repository,
  onFault,
  nowMs,
}: ShowcaseServiceOptions): ShowcaseService {
  const { exclusive } = createSequence();
  const changed = createListeners();
  let curtain: KeptCurtain = { isDrawn: false, sinceMs: nowMs() };
  let saved: SavedProgramme = { revision: 0, programme: defaultProgramme };
  /** Rises with each command for the curtain, so that an earlier one that is stored late does not undo a later one. */
  let commands = 0;

  const show = (next: KeptCurtain): void => {
    curtain = next;
    changed.notify();
  };
  const visible = (): Curtain => ({ isDrawn: curtain.isDrawn, sinceMs: curtain.sinceMs });

  return {
    async load() {
      const stored = await repository.load();
      curtain = stored.curtain ?? curtain;
      saved = stored.saved ?? saved;
    },
    curtain: () => curtain,
    saved: () => saved,
    async setCurtain(isDrawn, by) {
      commands += 1;
      const command = commands;
      // Hidden first and written then; shown only after it is written.
      if (isDrawn && !curtain.isDrawn) show({ isDrawn, sinceMs: nowMs(), by });
      return exclusive(async () => {
        if (command !== commands) return ok({ curtain: visible() });
        const next: KeptCurtain = curtain.isDrawn === isDrawn ? curtain : { isDrawn, sinceMs: nowMs(), by };
        const action = isDrawn ? 'showcase:drawCurtain' : 'showcase:openCurtain';
        try {
          await repository.saveCurtain(next, {
            atMs: nowMs(),
            actor: by,
            action,
            subject: 'showcase',
            detail: {},
          });
        } catch (error) {
          onFault(error);
          return refuse('unavailable', 'The change of the curtain could not be stored.', {
            reason: 'showcase.not_stored',
          });
        }
        if (command === commands && next !== curtain) show(next);
        return ok({ curtain: visible() });
      });
    },
    saveProgramme: ({ revision, programme }, by) =>
      exclusive(async () => {
        if (revision !== saved.revision) {
          return refuse('conflict', 'Somebody else saved the programme meanwhile. Read it again.', {
            reason: 'showcase.changed_meanwhile',
          });
        }
        const next = { revision: revision + 1, programme };
        await repository.saveProgramme(next, {
          atMs: nowMs(),
          actor: by,
          action: 'showcase:saveProgramme',
          subject: 'showcase',
          detail: { revision: next.revision, programme },
        });
        saved = next;
        changed.notify();
        return ok(next);
      }),
    onChanged: (listener) => void changed.add(listener),
  };
}
