import { startTimer, type Timer } from '../../base/timers.ts';

/** A softened copy of a body-worn camera that is being made. */
export interface PictureCopy {
  /** Where its pictures are, as soon as there are some; undefined when none came. */
  ready: Promise<{ workerId: string } | undefined>;
  /** Where they are now: a media worker can be replaced. Undefined while there are none. */
  place(): Promise<{ workerId: string } | undefined>;
  close(): void;
}

/** The softened picture of the body-worn camera that is released, while somebody may see it. */
export interface ReleasedPicture {
  /** From now on the picture of this member is made; undefined for none. */
  follow(memberId: string | undefined): void;
  /** Where it is; undefined while there is none. */
  place(): { workerId: string } | undefined;
  /** Finds out where it is now; resolves with whether that has changed. */
  refresh(): Promise<boolean>;
  close(): void;
}

/** A camera that sends nothing, or whose copy ended, is tried again after this time. Milliseconds. */
export const pictureAgainMs = 2_000;

export function createReleasedPicture(options: {
  /** `onEnded`: the copy ended by itself, also before it was ready. */
  open(memberId: string, onEnded: () => void): PictureCopy;
  /** The place has changed. */
  onChanged(): void;
}): ReleasedPicture {
  let followed: string | undefined;
  let running:
    { copy: PictureCopy | undefined; hasCome: boolean; place: { workerId: string } | undefined } | undefined;
  let again: Timer | undefined;

  const end = (): void => {
    const before = running;
    running = undefined;
    again?.cancel();
    before?.copy?.close();
    if (before?.place !== undefined) options.onChanged();
  };
  const start = (memberId: string): void => {
    const mine: NonNullable<typeof running> = { copy: undefined, hasCome: false, place: undefined };
    running = mine;
    const onEnded = (): void => {
      if (running !== mine) return;
      end();
      again = startTimer(() => {
        if (followed === memberId) start(memberId);
      }, pictureAgainMs);
    };
    const copy = options.open(memberId, onEnded);
    mine.copy = copy;
    copy.ready.then(
      (place) => {
        if (running !== mine) return;
        if (place === undefined) return onEnded();
        mine.hasCome = true;
        mine.place = place;
        options.onChanged();
      },
      () => onEnded(),
    );
  };

  return {
    follow(memberId) {
      if (memberId === followed) return;
      followed = memberId;
      end();
      if (memberId !== undefined) start(memberId);
    },
    place: () => running?.place,
    async refresh() {
      const mine = running;
      // Before its first pictures it is nowhere, and says itself when they come.
      if (mine?.copy === undefined || !mine.hasCome) return false;
      const place = await mine.copy.place();
      if (running !== mine || mine.place?.workerId === place?.workerId) return false;
      mine.place = place;
      return true;
    },
    close() {
      followed = undefined;
      end();
    },
  };
}
