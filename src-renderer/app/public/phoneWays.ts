/** What a phone shows moving pictures with; stills it shows always. */
export interface PhoneWays {
  live: boolean;
  segments: boolean;
  /** It tried to receive live and had no luck, or not any more. */
  isLiveOver: boolean;
}

/** Whether the phone can show moving pictures: only then it asks for them, because a copy is made for as long as a phone asks. */
export function canMove({ live, segments }: PhoneWays): boolean {
  return live || segments;
}

/** A live picture came to its end. With segments the phone tries live again when it is next taken out; without, it stays with stills. */
export function afterLive(ways: PhoneWays): PhoneWays {
  return { ...ways, isLiveOver: true, live: ways.segments && ways.live };
}

/** The phone plays no segments after all. */
export function afterSegments(ways: PhoneWays): PhoneWays {
  return { ...ways, segments: false, live: ways.live && !ways.isLiveOver };
}
