import { splitByteStream } from '../../ingest/annexBSplitter.ts';
import { isFirstSliceOfPicture, isSliceType, nalType } from '../../ingest/h264Payload.ts';

/** The pictures of a file of H.264 (Annex B): the NAL units of each, parameter sets and messages before their picture. */
export interface AnnexBFile {
  pictures: Buffer[][];
  /** The first sequence parameter set and the first picture parameter set, as NAL units; fewer where the file has none. */
  parameterSets: Buffer[];
}

/** Takes a file apart. The NAL units are views of `bytes`. NAL units behind the last picture are left out. */
export function readAnnexBFile(bytes: Buffer): AnnexBFile {
  const nals = splitByteStream(bytes);
  const pictures: Buffer[][] = [];
  let waiting: Buffer[] = [];
  for (const nal of nals) {
    const type = typeOf(nal);
    const current = pictures.at(-1);
    if (!isSliceType(type)) waiting.push(nal);
    else if (current === undefined || waiting.length > 0 || isFirstSliceOfPicture(nal, 1, type)) {
      pictures.push([...waiting, nal]);
      waiting = [];
    } else current.push(nal);
  }
  const firstOf = (type: number): Buffer[] => nals.filter((nal) => typeOf(nal) === type).slice(0, 1);
  return { pictures, parameterSets: [...firstOf(nalType.sps), ...firstOf(nalType.pps)] };
}

function typeOf(nal: Buffer): number {
  return (nal[0] ?? 0) & 0x1f;
}
