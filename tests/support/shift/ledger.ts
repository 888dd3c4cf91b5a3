/** What the hub keeps for good, by the kind of what was asked. */
export const storedKinds = [
  'alert',
  'note',
  'emergency',
  'acknowledgement',
  'end',
  'status',
  'scene',
  'signIn',
  'site',
  'talk',
] as const;
export type StoredKind = (typeof storedKinds)[number];

/** What was answered as stored during a shift. */
export class Ledger {
  readonly #answered = new Map<StoredKind, Set<string>>(storedKinds.map((kind) => [kind, new Set()]));
  /** Answers that no work of the shift expects, with how often each came. */
  readonly surprises = new Map<string, number>();

  answered(kind: StoredKind, id: string): void {
    this.#answered.get(kind)?.add(id);
  }

  /** Something else takes its place from now on. */
  replaced(kind: StoredKind, id: string): void {
    this.#answered.get(kind)?.delete(id);
  }

  surprise(what: string): void {
    this.surprises.set(what, (this.surprises.get(what) ?? 0) + 1);
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#answered].map(([kind, ids]) => [kind, ids.size]));
  }

  /** Compares with what is there afterwards: each id as often as it is stored. */
  compare(stored: ReadonlyMap<StoredKind, readonly string[]>): { lost: string[]; doubled: string[] } {
    const lost: string[] = [];
    const doubled: string[] = [];
    for (const [kind, ids] of this.#answered) {
      const found = stored.get(kind) ?? [];
      const once = new Set(found);
      lost.push(...[...ids].filter((id) => !once.has(id)).map((id) => `${kind} ${id}`));
      const seen = new Set<string>();
      for (const id of found) {
        if (seen.has(id)) doubled.push(`${kind} ${id}`);
        seen.add(id);
      }
    }
    return { lost, doubled };
  }
}
