import type { ParameterSetStore } from './h264ParameterSets.ts';

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

/**
 * Gathers the slices of one key picture as they pass. Two buffers of a stream's own are used in turn, so that a picture a
 * second costs no allocation.
 */
export class KeyPictureCollector {
  #gathering: Buffer = Buffer.alloc(0);
  #gatheredBytes = 0;
  #active = false;
  #complete: Buffer = Buffer.alloc(0);
  #completeBytes = 0;
  #completeSets: Buffer[] = [];
  #capturedAtMs = 0;
  #sequence: ParameterSetStore['sequence'];

  begin(): void {
    this.#active = true;
    this.#gatheredBytes = 0;
  }

  abandon(): void {
    this.#active = false;
  }

  beginNal(header: number): void {
    this.append(startCode, 0, startCode.length);
    this.#reserve(1);
    if (!this.#active) return;
    this.#gathering[this.#gatheredBytes] = header;
    this.#gatheredBytes += 1;
  }

  append(bytes: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    if (!this.#active) return;
    bytes.copy(this.#gathering, this.#gatheredBytes, start, end);
    this.#gatheredBytes += end - start;
  }

  /** The picture is whole; false when it is not kept: its parameter sets are unknown, or it is too large. */
  finish(sets: ParameterSetStore, nowMs: number): boolean {
    if (!this.#active) return false;
    this.#active = false;
    if (!sets.complete || this.#gatheredBytes === 0) return false;
    const spare = this.#complete;
    this.#complete = this.#gathering;
    this.#completeBytes = this.#gatheredBytes;
    this.#completeSets = sets.list();
    this.#sequence = sets.sequence;
    this.#capturedAtMs = nowMs;
    this.#gathering = spare;
    this.#gatheredBytes = 0;
    return true;
  }

  /** A copy of the last whole picture. */
  picture(): CollectedKeyPicture | undefined {
    const sequence = this.#sequence;
    if (sequence === undefined || this.#completeBytes === 0) return undefined;
    const parts = this.#completeSets.flatMap((set) => [startCode, set]);
    return {
      annexB: Buffer.concat([...parts, this.#complete.subarray(0, this.#completeBytes)]),
      capturedAtMs: this.#capturedAtMs,
      width: sequence.width,
      height: sequence.height,
      profileLevelId: sequence.profileLevelId,
      codecString: `avc1.${sequence.profileLevelId}`,
    };
  }

  #reserve(bytes: number): void {
    const needed = this.#gatheredBytes + bytes;
    if (!this.#active || needed <= this.#gathering.length) return;
    if (needed > maxPictureBytes) {
      this.#active = false;
      return;
    }
    // allocUnsafeSlow keeps a long-lived buffer out of Node's shared pool.
    const larger = Buffer.allocUnsafeSlow(
      Math.min(maxPictureBytes, Math.max(needed, this.#gathering.length * 1.5, 8192)) | 0,
    );
    this.#gathering.copy(larger, 0, 0, this.#gatheredBytes);
    this.#gathering = larger;
  }
}
