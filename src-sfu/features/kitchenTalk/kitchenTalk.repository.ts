import type { TalkEnd } from '../../../src-shared/kitchenTalk/kitchenTalkMachine.ts';

/** A talk into a kitchen that has begun. */
export interface BegunTalk {
  /** The hub's own. */
  talkId: string;
  cameraId: string;
  siteId: string;
  /** For people. */
  speaker: string;
  /** Who stood behind it; null where nobody is known. */
  principal: object | null;
  startedAtMs: number;
  /** The name of the stored sentence that the hub says. */
  sentence?: string;
}

/** How it ended, for the record. */
export interface EndOfTalk {
  end: TalkEnd;
  /** How long the kitchen could hear something; left out where a restart of the hub ended it. Milliseconds. */
  lengthMs?: number;
  /** Why the camera could not be spoken to. */
  fault?: string;
  /** Who took over. */
  by?: string;
}

/** What is kept of talks into kitchens. What resolved is durable. */
export interface KitchenTalkRepository {
  /** Kept before the kitchen hears the first word, so that it is in the audit log also after a kill. */
  began(talk: BegunTalk): Promise<void>;
  /** Writes the entry of the audit log. */
  ended(talk: BegunTalk, end: EndOfTalk): Promise<void>;
  /** Talks that the hub did not end. */
  left(): Promise<BegunTalk[]>;
}
