import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import {
  emergencyHoldMs,
  emergencyRetryMs,
  idleEmergency,
  isEmergencyEnded,
  mustRepeat,
  receivedEmergency,
  transitionEmergency,
  type EmergencyProgress,
} from '../../../src-shared/squads/emergency.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import { ageMs, type Moment } from './moment.ts';
import type { Place } from './positionRate.ts';

/** The phone's own emergency. */
export interface OwnEmergency {
  progress: EmergencyProgress;
  /** From `sent` on. */
  emergencyId?: string;
  /** Whether the hub has answered. It is possible that nobody at the command centre has seen the SOS yet. */
  isAtHub: boolean;
  /** Whether the hub's store has its newest step; until then the phone keeps its own copy. */
  isStored: boolean;
}

export const noEmergency: OwnEmergency = { progress: idleEmergency, isAtHub: false, isStored: false };

export interface EmergencyPorts {
  request<Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<Ack<OutputOf<Name>>>;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  moment(): Moment;
  newId(): string;
  /** The number of the press among those of the talk key. */
  nextPress(): number;
  place(): Place | undefined;
  delay(delayMs: number): Promise<void>;
  onChange(emergency: OwnEmergency): void;
}

interface Kept {
  emergencyId: string;
  at: Moment;
}

const storageKey = 'mingchu.fieldEmergency';

/**
 * SOS on the phone: armed while the key is held, then sent to the hub every second until the command centre has shown it and the
 * hub has stored it, also after a reload of the page, a lost network or a restart of the hub.
 */
export class EmergencySender {
  readonly #ports: EmergencyPorts;
  #own: OwnEmergency = noEmergency;
  #kept: Kept | undefined;
  /** Counts presses of the key, so that a timer of an older one does nothing. */
  #round = 0;

  constructor(ports: EmergencyPorts) {
    this.#ports = ports;
    const kept = readKept(ports.storage);
    if (kept === undefined) return;
    this.#kept = kept;
    this.#own = {
      progress: { state: 'sent', sinceMs: kept.at.wallMs },
      emergencyId: kept.emergencyId,
      isAtHub: false,
      isStored: false,
    };
    void this.#repeat(kept);
  }

  get own(): OwnEmergency {
    return this.#own;
  }

  /** The key is down. */
  press(): void {
    if (!this.#step({ type: 'keyDown' })) return;
    // The hub's answer about an earlier SOS is not about this one.
    this.#own = { progress: this.#own.progress, isAtHub: false, isStored: false };
    const round = ++this.#round;
    // A timer may fire a fraction early.
    void this.#ports.delay(emergencyHoldMs + 20).then(() => {
      if (round === this.#round) this.#held();
    });
  }

  /** The key is up. */
  letGo(): void {
    if (this.#own.progress.state !== 'arming') return;
    this.#round += 1;
    this.#step({ type: 'keyUp' });
  }

  /** The hub's message about an emergency; one of another member is ignored. */
  emergencyChanged(emergency: Emergency): void {
    const isStored = emergency.isNotStoredYet !== true;
    if (emergency.emergencyId === this.#kept?.emergencyId && isStored && !mustRepeat(emergency.progress)) {
      this.#forget();
    }
    if (emergency.emergencyId !== this.#own.emergencyId) return;
    this.#own = { ...this.#own, progress: emergency.progress, isAtHub: true, isStored };
    this.#reportChange();
  }

  /** A snapshot arrived: the page continues an emergency of this member that it did not know, and forgets one that has ended. */
  snapshotArrived(emergencies: readonly Emergency[], memberId: string): void {
    const found =
      emergencies.find(({ emergencyId }) => emergencyId === this.#own.emergencyId) ??
      (this.#kept === undefined
        ? emergencies.find((emergency) => emergency.memberId === memberId)
        : undefined);
    if (found !== undefined) {
      this.#own = { ...this.#own, emergencyId: found.emergencyId };
      this.emergencyChanged(found);
    } else if (this.#kept !== undefined && this.#kept.emergencyId === this.#own.emergencyId) {
      // The hub ended before it had stored the SOS, so this phone sends it again.
      const progress = receivedEmergency(this.#kept.at.wallMs);
      this.#own = { ...this.#own, progress, isAtHub: false, isStored: false };
      this.#reportChange();
    } else if (this.#own.isAtHub && !isEmergencyEnded(this.#own.progress)) {
      this.#own = noEmergency;
      this.#forget();
      this.#reportChange();
    }
  }

  /** The member has read how it ended. */
  dismiss(): void {
    if (!isEmergencyEnded(this.#own.progress)) return;
    this.#own = noEmergency;
    this.#reportChange();
  }

  /** Nobody is signed in any more. */
  signedOut(): void {
    this.#round += 1;
    this.#forget();
    this.#own = noEmergency;
    this.#reportChange();
  }

  #held(): void {
    if (!this.#step({ type: 'held' })) return;
    const kept = { emergencyId: this.#ports.newId(), at: this.#ports.moment() };
    this.#kept = kept;
    this.#own = { ...this.#own, emergencyId: kept.emergencyId, isAtHub: false, isStored: false };
    try {
      this.#ports.storage.setItem(storageKey, JSON.stringify(kept));
    } catch {
      // It is kept in this page at least.
    }
    this.#reportChange();
    void this.#repeat(kept);
  }

  async #repeat(kept: Kept): Promise<void> {
    while (this.#kept === kept) {
      const place = this.#ports.place();
      const answer = await this.#ports.request(
        'squads:raiseEmergency',
        {
          emergencyId: kept.emergencyId,
          ageMs: ageMs(kept.at, this.#ports.moment()),
          press: this.#ports.nextPress(),
          ...(place === undefined ? {} : { place }),
        },
        emergencyRetryMs,
      );
      if (this.#kept !== kept) return;
      if (answer.ok) this.emergencyChanged(answer.data.emergency);
      if (this.#kept === kept) await this.#ports.delay(emergencyRetryMs);
    }
  }

  #step(event: { type: 'keyDown' | 'keyUp' | 'held' }): boolean {
    const { runningMs } = this.#ports.moment();
    const step = transitionEmergency(this.#own.progress, event, runningMs);
    if (!step.ok) return false;
    this.#own = { ...this.#own, progress: step.state };
    this.#reportChange();
    return true;
  }

  #forget(): void {
    this.#kept = undefined;
    this.#ports.storage.removeItem(storageKey);
  }

  #reportChange(): void {
    this.#ports.onChange(this.#own);
  }
}

function readKept(storage: EmergencyPorts['storage']): Kept | undefined {
  try {
    const kept = JSON.parse(storage.getItem(storageKey) ?? 'null') as Kept | null;
    return typeof kept?.emergencyId === 'string' && typeof kept.at?.wallMs === 'number' ? kept : undefined;
  } catch {
    return undefined;
  }
}
