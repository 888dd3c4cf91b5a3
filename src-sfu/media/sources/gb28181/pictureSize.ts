import { parseSequenceParameters } from '../../ingest/h264ParameterSets.ts';
import type { ElementaryPicture } from './elementaryPictures.ts';
import { h265Pixels } from './h265Size.ts';

/** The parameter sets of H.264 among the NAL units of a picture. */
export function parameterSetsOf(nals: readonly Buffer[]): Buffer[] {
  return nals.filter((nal) => {
    const type = (nal[0] ?? 0) & 0x1f;
    return type === 7 || type === 8;
  });
}

/** Width times height, as the parameter sets of a key picture say; undefined when they cannot be read. */
export function pixelsOf(picture: ElementaryPicture | undefined): number | undefined {
  for (const nal of picture?.nals ?? []) {
    if (picture?.codec === 'H265') {
      const pixels = h265Pixels(nal);
      if (pixels !== undefined) return pixels;
      continue;
    }
    const parameters = parseSequenceParameters(nal);
    if (parameters !== undefined) return parameters.width * parameters.height;
  }
  return undefined;
}
