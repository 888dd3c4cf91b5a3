import type { ParameterSetStore } from './h264ParameterSets.ts';
import { givePages, pageBytes, takePage } from './pagePool.ts';

/** The last complete key picture of a stream. */
export interface CollectedKeyPicture {
  /** SPS, PPS and IDR slices as an Annex B byte stream. */
  annexB: Buffer<ArrayBuffer>;
  capturedAtMs: number;
  width: number;
  height: number;
  profileLevelId: string;
  /** RFC 6381, such as `avc1.42c01e`. */
  codecString: string;
}

/** A key picture above this is not kept: 4K cameras stay well below it. */
const maxPictureBytes = 1024 * 1024;
const startCode = Buffer.from([0, 0, 0, 1]);
/** Used up before the next one is written. */
const startCodeAndHeader = Buffer.from([...startCode, 0]);

/** Bytes that lie on pages, each but the last one full. */
interface Pages {
  pages: Buffer[];
  bytes: number;
}

/**
 * Gathers the slices of one key picture as they pass, on pages that all streams share: two pictures of a stream are kept
 * only while the second one comes in.
 */
export class KeyPictureCollector {
  #gathering: Pages = { pages: [], bytes: 0 };
  #active = false;
  #complete: Pages = { pages: [], bytes: 0 };
  #completeSets: Buffer[] = [];
  #capturedAtMs = 0;
  #sequence: ParameterSetStore['sequence'];

  begin(): void {
    this.abandon();
    this.#active = true;
  }

  abandon(): void {
    this.#active = false;
    givePages(this.#gathering.pages);
    this.#gathering = { pages: [], bytes: 0 };
  }

  beginNal(header: number): void {
    if (!this.#active) return;
    startCodeAndHeader[startCode.length] = header;
    this.append(startCodeAndHeader, 0, startCodeAndHeader.length);
  }

  append(bytes: Buffer, start: number, end: number): void {
    if (!this.#active) return;
    const { pages } = this.#gathering;
    if (this.#gathering.bytes + end - start > maxPictureBytes) return this.abandon();
    for (let from = start; from < end;) {
      const used = this.#gathering.bytes % pageBytes;
      if (used === 0) pages.push(takePage());
      const to = Math.min(end, from + pageBytes - used);
      bytes.copy(pages[pages.length - 1]!, used, from, to);
      this.#gathering.bytes += to - from;
      from = to;
    }
  }

  /** The picture is whole; false when it is not kept: its parameter sets are unknown, or it is too large. */
  finish(sets: ParameterSetStore, nowMs: number): boolean {
    if (!this.#active) return false;
    this.#active = false;
    if (!sets.complete || this.#gathering.bytes === 0) {
      this.abandon();
      return false;
    }
    givePages(this.#complete.pages);
    this.#complete = this.#gathering;
    this.#gathering = { pages: [], bytes: 0 };
    this.#completeSets = sets.list();
    this.#sequence = sets.sequence;
    this.#capturedAtMs = nowMs;
    return true;
  }

  /** A copy of the last whole picture. */
  picture(): CollectedKeyPicture | undefined {
    const sequence = this.#sequence;
    const { pages, bytes } = this.#complete;
    if (sequence === undefined || bytes === 0) return undefined;
    const parts = this.#completeSets.flatMap((set) => [startCode, set]);
    const slices = pages.map((page, index) =>
      page.subarray(0, Math.min(pageBytes, bytes - index * pageBytes)),
    );
    return {
      annexB: Buffer.concat([...parts, ...slices]),
      capturedAtMs: this.#capturedAtMs,
      width: sequence.width,
      height: sequence.height,
      profileLevelId: sequence.profileLevelId,
      codecString: `avc1.${sequence.profileLevelId}`,
    };
  }

  /** Gives everything back; no picture is kept any more. */
  close(): void {
    this.abandon();
    givePages(this.#complete.pages);
    this.#complete = { pages: [], bytes: 0 };
  }
}
