import { parseSequenceParameters } from '../../ingest/h264ParameterSets.ts';
import type { ElementaryPicture } from './elementaryPictures.ts';
import { h265Pixels } from './h265Size.ts';
import type { NalUnit } from './nalUnit.ts';

/** The parameter sets of H.264 among the NAL units of a picture. */
export function parameterSetsOf(nals: readonly NalUnit[]): Buffer[] {
  const sets = nals.filter(({ first }) => (first & 0x1f) === 7 || (first & 0x1f) === 8);
  return sets.map(({ bytes }) => bytes);
}

/** Width times height, as the parameter sets of a key picture say; undefined when they cannot be read. */
export function pixelsOf(picture: ElementaryPicture | undefined): number | undefined {
  for (const nal of picture?.nals ?? []) {
    if (picture?.codec === 'H265') {
      const pixels = ((nal.first >> 1) & 0x3f) === 33 ? h265Pixels(nal.bytes) : undefined;
      if (pixels !== undefined) return pixels;
      continue;
    }
    const parameters = (nal.first & 0x1f) === 7 ? parseSequenceParameters(nal.bytes) : undefined;
    if (parameters !== undefined) return parameters.width * parameters.height;
  }
  return undefined;
}
