import { createHash } from 'node:crypto';
import sharp from 'sharp';
import {
  uploadStateSchema,
  type UploadAnnouncement,
} from '../../src-shared/attachments/attachments.protocol.ts';

const width = 1_280;
const height = 960;

/** A photograph as a member takes it on scene: a kitchen's back room, drawn; each of another shade. `pick` gives 0 to less than 1. */
export function drawScene(pick: () => number): Promise<Buffer> {
  const hue = Math.floor(pick() * 360);
  const shelves = [0, 1, 2].map((row) => {
    const y = 240 + row * 200;
    const tins = [0, 1, 2, 3, 4, 5].map((column) => {
      const x = 130 + column * 175 + Math.floor(pick() * 40);
      return `<rect x="${x}" y="${y - 110}" width="${70 + Math.floor(pick() * 50)}" height="110" rx="8" fill="hsl(${(hue + column * 47) % 360} 35% 55%)"/>`;
    });
    return `${tins.join('')}<rect x="80" y="${y}" width="1120" height="16" fill="#777"/>`;
  });
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="70%" fill="hsl(${hue} 12% 78%)"/>
    <rect y="70%" width="100%" height="30%" fill="hsl(${hue} 8% 52%)"/>${shelves.join('')}</svg>`;
  return sharp(Buffer.from(drawing)).jpeg({ quality: 85 }).toBuffer();
}

interface SentPicture {
  hubUrl: string;
  attachmentId: string;
  jpeg: Buffer;
  place: UploadAnnouncement['place'];
}

/** Sends a photograph of an order as a member's phone does; whether the hub has kept it. */
export function sendPhotograph({
  token,
  orderId,
  ...picture
}: SentPicture & { token: string; orderId: string }): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  return sendAttachment({ ...picture, headers, owner: { kind: 'order', id: orderId } });
}

/** Sends a photograph; whether the hub has kept it. A repeat with the same id is harmless. `headers` say who sends it. */
export async function sendAttachment(
  options: SentPicture & { headers: Record<string, string>; owner: UploadAnnouncement['owner'] },
): Promise<boolean> {
  const { hubUrl, attachmentId, owner, jpeg, place } = options;
  const ask = async (path: string, method: string, type: string, body: string | Uint8Array<ArrayBuffer>) => {
    const headers = { ...options.headers, 'content-type': type };
    const answer = await fetch(new URL(`/api/v1/attachments${path}`, hubUrl), { method, headers, body });
    return answer.ok ? uploadStateSchema.parse(await answer.json()) : undefined;
  };
  const announcement: UploadAnnouncement = {
    attachmentId,
    owner,
    kind: 'photograph',
    bytes: jpeg.byteLength,
    sha256: createHash('sha256').update(jpeg).digest('hex'),
    ageMs: 0,
    ...(place === undefined ? {} : { place }),
  };
  try {
    let state = await ask('', 'POST', 'application/json', JSON.stringify(announcement));
    for (let before = -1; state?.state === 'open' && state.offset > before;) {
      before = state.offset;
      const path = `/${attachmentId}/upload?offset=${state.offset}`;
      state = await ask(path, 'PUT', 'application/octet-stream', new Uint8Array(jpeg.subarray(state.offset)));
    }
    return state?.state === 'kept';
  } catch {
    return false;
  }
}
