import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { preparePackets, packetiseUnit } from '../rtsp/packetiser.ts';
import type { PreparedPackets } from '../rtsp/packetiser.ts';
import { clipFileName, streamFormats } from '../scenes/catalogue.ts';
import type { ClipName } from '../scenes/catalogue.ts';
import { splitAccessUnits, unitKind } from './accessUnits.ts';
import type { AccessUnit, VideoCodec } from './accessUnits.ts';
import { skippedPicture } from './skippedPicture.ts';

/** The RTP payload type of video in our session descriptions. */
export const videoPayloadType = 96;

/** A loop of pictures, held once and sent to every client of every camera that shows it. */
export interface Clip {
  codec: VideoCodec;
  width: number;
  height: number;
  frameCount: number;
  /** VPS (H.265 only), SPS and PPS. */
  parameterSets: readonly Buffer[];
  isKey(index: number): boolean;
  /** The units of a picture, parameter sets before a key picture included. */
  units(index: number): readonly Buffer[];
  /** The packets of a picture, with or without the parameter sets that stand before a key picture. */
  packets(index: number, withParameterSets: boolean): PreparedPackets;
  /** The picture that says "as before", so many pictures after a key picture. */
  skippedPackets(framesAfterKey: number): PreparedPackets;
}

/** Makes a clip from an Annex B stream. */
export function readClip(codec: VideoCodec, stream: Buffer, size: { width: number; height: number }): Clip {
  const pictures = splitAccessUnits(codec, stream);
  const first = pictures[0];
  if (!first?.isKey) throw new Error('the clip does not begin with a key picture');
  const parameterSets = first.units.filter((unit) => unitKind(codec, unit).isParameterSet);
  const cache = new Map<string, PreparedPackets>();
  const remembered = (key: string, units: () => readonly Buffer[]) => {
    const known = cache.get(key);
    if (known) return known;
    const payloads = units().flatMap((unit) => packetiseUnit(codec, unit));
    const prepared = preparePackets(payloads, videoPayloadType);
    cache.set(key, prepared);
    return prepared;
  };
  const pictureAt = (index: number): AccessUnit => {
    const picture = pictures[index];
    if (!picture)
      throw new RangeError(`the clip has ${pictures.length} pictures, number ${index} was asked for`);
    return picture;
  };
  return {
    codec,
    ...size,
    frameCount: pictures.length,
    parameterSets,
    isKey: (index) => pictureAt(index).isKey,
    units: (index) => pictureAt(index).units,
    packets: (index, withParameterSets) =>
      remembered(`${index} ${withParameterSets}`, () => {
        const { units } = pictureAt(index);
        return withParameterSets ? units : units.filter((unit) => !unitKind(codec, unit).isParameterSet);
      }),
    skippedPackets: (framesAfterKey) =>
      remembered(`skipped ${framesAfterKey}`, () => [
        skippedPicture(codec, parameterSets, framesAfterKey, size),
      ]),
  };
}

/** Gives clips by name; each is read from its file when first asked for and kept for all cameras. */
export type ClipLibrary = (name: ClipName) => Clip;

/**
 * Opens the folder of clips.
 * @throws Error that says how to make the clips, when they are missing: at once without the folder, else when a clip is
 * asked for that is not in it.
 */
export function openClipLibrary(folder: string): ClipLibrary {
  if (!existsSync(folder)) {
    throw new Error(
      `the kitchen scenes in ${folder} are missing; make them with: node src-sim/scenes/make.ts`,
    );
  }
  const clips = new Map<string, Clip>();
  return (name) => {
    const fileName = clipFileName(name);
    const known = clips.get(fileName);
    if (known) return known;
    const file = join(folder, fileName);
    if (!existsSync(file)) {
      throw new Error(`the kitchen scene ${file} is missing; make it with: node src-sim/scenes/make.ts`);
    }
    const codec = name.encoding === 'h265' ? 'h265' : 'h264';
    const clip = readClip(codec, readFileSync(file), streamFormats[name.stream]);
    clips.set(fileName, clip);
    return clip;
  };
}
