/**
 * Where the pictures of one source end. RFC 6184, 5.1 asks for the marker bit on the last packet of an access unit, and
 * browsers decode a picture when that packet is there. Cameras set it on every NAL unit, on every packet, now and then,
 * or never. What a source does shows only afterwards: a further slice of the same picture proves a marker wrong, the next
 * picture proves that one was missing. Markers are believed once two pictures were marked rightly, and until then, or
 * after they were wrong, the last packet of a slice is held back until the end is known.
 */

/** Pictures in a row that must be marked rightly before the markers of a new source are believed. */
const picturesToLearn = 2;
/** The same for a source whose markers were missing, and for one that marked packets which end no picture. */
const picturesAfterMissing = 16;
const picturesAfterWrong = 64;
/** Markers missing within so many pictures: one is mended by an end mark, two are a habit. */
const missingWindowPictures = 64;
const missingUntilDistrusted = 2;
/** Pictures with the same number of slices before that number is taken for the end of a picture. */
const runUntilPredicted = { predicted: 8, key: 3 } as const;
const longestRun = 512;
/** How long the network may keep a picture's next slice; doubled each time that it came later. Milliseconds. */
const firstGraceMs = 10;
const longestGraceMs = 160;

/** How a picture came to its end, as far as it was known at that moment. */
type EndedBy = 'nothing' | 'marker' | 'count' | 'silence' | 'next' | 'loss';

/** What is known of the number of slices of one kind of pictures. */
interface SliceCount {
  slices: number;
  /** Pictures in a row that had so many. */
  run: number;
  needed: number;
}

/** Learns how a source marks the ends of its pictures, and says of each slice whether it is the last. */
export class PictureEnds {
  #toProve = picturesToLearn;
  #missing = 0;
  #sinceMissing = 0;
  #predicted = newCount(runUntilPredicted.predicted);
  #key = newCount(runUntilPredicted.key);
  /** Of the picture that came last. */
  #isKey = false;
  #slices = 0;
  #markers = 0;
  #markedLast = false;
  #isWhole = false;
  #endedBy: EndedBy = 'nothing';
  /** How long to wait for another slice before a picture is taken to be over, in milliseconds. */
  graceMs = firstGraceMs;

  /** Whether a marker ends a picture at once, and nothing is held back. */
  get trustsMarkers(): boolean {
    return this.#toProve === 0;
  }

  /** A source begins. What was learned stays: it is the same camera, and each picture is judged again. */
  beginSource(): void {
    this.#isWhole = false;
    this.#endedBy = 'nothing';
    this.#slices = 0;
  }

  /** A picture begins, so the one before is known to its end. */
  beginPicture(isKey: boolean): void {
    if (this.#isWhole && this.#slices > 0) this.#judge();
    this.#isKey = isKey;
    this.#slices = 0;
    this.#markers = 0;
    this.#markedLast = false;
    this.#isWhole = true;
    this.#endedBy = 'nothing';
  }

  /** Packets were lost within the picture or behind it: it teaches nothing. */
  lostPackets(): void {
    this.#isWhole = false;
  }

  /** A slice begins; when the picture was taken to be over, it was not. */
  beginSlice(): void {
    if (this.#endedBy === 'silence') this.graceMs = Math.min(longestGraceMs, this.graceMs * 2);
    if (this.#endedBy === 'marker') this.#toProve = picturesAfterWrong;
    this.#endedBy = 'nothing';
    this.#slices += 1;
    this.#markedLast = false;
  }

  /** A packet with a marker that cannot end a picture: in the middle of a slice. */
  markedAmidSlice(): void {
    this.#toProve = picturesAfterWrong;
    this.#markers += 1;
  }

  /** A marker on what follows the slices: delimiters and filler at a picture's end. */
  markedBehindSlices(): void {
    this.#markers += 1;
    this.#markedLast = true;
  }

  /** The last packet of a slice is here: whether the picture ends with it. */
  endsWithSlice(hasMarker: boolean): boolean {
    if (hasMarker) this.markedBehindSlices();
    if (this.trustsMarkers) return hasMarker;
    const count = this.#isKey ? this.#key : this.#predicted;
    return count.run >= count.needed && this.#slices >= count.slices;
  }

  /** Whether the number of slices says that more of the picture is to come, however long the network takes. */
  get awaitsSlices(): boolean {
    const count = this.#isKey ? this.#key : this.#predicted;
    return count.run >= count.needed && this.#slices < count.slices;
  }

  endPicture(by: Exclude<EndedBy, 'nothing'>): void {
    this.#endedBy = by;
  }

  #judge(): void {
    const count = this.#isKey ? this.#key : this.#predicted;
    if (this.#slices === count.slices) count.run += 1;
    else {
      if (count.run >= count.needed) count.needed = Math.min(longestRun, count.needed * 2);
      count.slices = this.#slices;
      count.run = 0;
    }
    if (this.#markers === 1 && this.#markedLast) this.#markedRightly();
    else if (this.#markers === 0) this.#markerMissing();
    else this.#toProve = picturesAfterWrong;
  }

  #markedRightly(): void {
    if (this.#toProve > 0) this.#toProve -= 1;
    this.#sinceMissing += 1;
    if (this.#sinceMissing > missingWindowPictures) this.#missing = 0;
  }

  #markerMissing(): void {
    this.#missing += 1;
    this.#sinceMissing = 0;
    const isHabit = this.#toProve > 0 || this.#missing >= missingUntilDistrusted;
    if (isHabit) this.#toProve = Math.max(this.#toProve, picturesAfterMissing);
  }
}

function newCount(needed: number): SliceCount {
  return { slices: 0, run: 0, needed };
}
