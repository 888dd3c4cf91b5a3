import type { NoticeName, NoticeOf } from '../../../src-shared/protocol/index.ts';
import type { Speaker } from './talk.ports.ts';

/** Notices to one speaker that may wait for the answer to what it asked. */
export interface AnswerFirst extends Pick<Speaker, 'notify'> {
  /** Sends the notice after the answers that the present turn of the event loop still makes, and before any later notice. */
  notifyAfterAnswer<Name extends NoticeName>(name: Name, payload: NoticeOf<Name>): void;
}

/**
 * A press is answered before its speaker is notified of the floor that it took: the surface plays its tone at once, and not
 * only after it has drawn the floor. The order among the notices stays as it was.
 */
export function answerFirst(notify: Speaker['notify']): AnswerFirst {
  const held: (() => void)[] = [];
  const sendHeld = (): void => {
    for (const send of held.splice(0)) send();
  };
  return {
    notify(name, payload) {
      sendHeld();
      notify(name, payload);
    },
    notifyAfterAnswer(name, payload) {
      if (held.push(() => notify(name, payload)) === 1) setImmediate(sendHeld);
    },
  };
}
