import { createSequence } from '../../base/sequence.ts';

/** A call of an upper platform that was answered: what is needed to end it by a BYE. */
export interface UpperDialog {
  callId: string;
  uri: string;
  from: string;
  to: string;
}

export interface KeptDialog extends UpperDialog {
  upperId: string;
  beganAtMs: number;
}

/** Where answered calls are kept. What resolved is durable. */
export interface UpperDialogsRepository {
  load(): Promise<KeptDialog[]>;
  keep(dialog: KeptDialog): Promise<void>;
  drop(upperId: string, callId: string): Promise<void>;
}

/** The calls of upper platforms that go on, and those that an earlier run of the hub left behind. */
export interface UpperDialogs {
  /** Of the earlier run, of this platform. */
  left(upperId: string): readonly UpperDialog[];
  began(upperId: string, dialog: UpperDialog): void;
  ended(upperId: string, callId: string): void;
  /** Resolves when everything is written. */
  settled(): Promise<void>;
}

/** A platform that was away longer has ended its calls itself. Milliseconds. */
const oldestMs = 24 * 60 * 60_000;

export async function createUpperDialogs(options: {
  repository: UpperDialogsRepository;
  nowMs(): number;
  onFault(error: unknown): void;
}): Promise<UpperDialogs> {
  const { repository, nowMs, onFault } = options;
  const sequence = createSequence();
  const write = (work: () => Promise<void>): Promise<void> => sequence.exclusive(() => work().catch(onFault));
  const left = new Map<string, Map<string, UpperDialog>>();
  for (const { upperId, beganAtMs, ...dialog } of await repository.load()) {
    if (nowMs() - beganAtMs > oldestMs) {
      void write(() => repository.drop(upperId, dialog.callId));
      continue;
    }
    const own = left.get(upperId) ?? new Map<string, UpperDialog>();
    left.set(upperId, own.set(dialog.callId, dialog));
  }
  return {
    left: (upperId) => [...(left.get(upperId)?.values() ?? [])],
    began: (upperId, dialog) => void write(() => repository.keep({ ...dialog, upperId, beganAtMs: nowMs() })),
    ended(upperId, callId) {
      left.get(upperId)?.delete(callId);
      void write(() => repository.drop(upperId, callId));
    },
    settled: () => write(() => Promise.resolve()),
  };
}
