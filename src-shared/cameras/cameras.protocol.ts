import { z } from 'zod';
import { rtpCapabilitiesSchema, slotNameSchema, type ConsumerDescription } from '../media/media.protocol.ts';
import { notice, request, type Ack } from '../protocol/define.ts';
import { storableText } from '../protocol/storableText.ts';
import { streamWaits } from './cameraStream.ts';

const identifier = z.string().min(1).max(64);

/** 学校食堂, 社会餐饮, 企业食堂, 机关食堂, 养老机构食堂. */
export const siteTypes = [
  'school_canteen',
  'restaurant',
  'company_canteen',
  'government_canteen',
  'care_home',
] as const;
export type SiteType = (typeof siteTypes)[number];

/** The six districts of Xianning. */
export const districts = ['咸安区', '嘉鱼县', '通城县', '崇阳县', '通山县', '赤壁市'] as const;
export type District = (typeof districts)[number];

/** A camera has a main stream (large) and usually a sub stream (small). */
export const streamKinds = ['main', 'sub'] as const;
export type StreamKind = (typeof streamKinds)[number];

/** The states of domain.md, "Camera stream". */
export const streamStates = [
  'idle',
  'starting',
  'live',
  'lingering',
  'retrying',
  'unauthorized',
  'unsupported',
] as const;

/** What the hub knows of one stream of one camera. Times are Unix milliseconds of the hub's clock. */
export const streamStatusSchema = z.object({
  state: z.enum(streamStates),
  sinceMs: z.number(),
  /** Media flows, but the picture does not change or does not advance; since when. */
  frozenSinceMs: z.number().optional(),
  /** For `retrying`: when the next attempt starts. */
  retryAtMs: z.number().optional(),
  /** What went wrong and what to do, in a sentence; never a password. */
  message: z.string().optional(),
  /** The camera's own codec, such as `H264`; with `transcoded` when ffmpeg stands between. */
  codec: z.string().optional(),
  transcoded: z.boolean().optional(),
  audio: z.enum(['PCMA', 'PCMU', 'opus']).optional(),
  /** For `starting`: what the hub is waiting for, when it takes longer than usual. */
  waitingFor: z.enum(streamWaits).optional(),
  /**
   * The longest usual time between two pictures, for cameras with fewer than three a second; `unknown` while the second one
   * is awaited. What a surface concludes from pictures that stay away follows from it (`pictureLimits.ts`).
   */
  pictureIntervalMs: z.union([z.number(), z.literal('unknown')]).optional(),
  /** The longest time from one key picture to the next, when it is more than 4 s. A new viewer may wait that long for a picture. */
  groupMs: z.number().optional(),
  /** The camera sends pictures in another order than they must be shown (B frames), and nothing sorts them, so the picture jumps. */
  isReordered: z.boolean().optional(),
  /** A surface receives the stream and cannot decode it. */
  isUndecodable: z.boolean().optional(),
  /** The camera offers sound that is not played: refused by the camera, or of a kind that is not played here. */
  soundFault: z.object({ cause: z.enum(['refused', 'unsupported']), codec: z.string() }).optional(),
});
export type StreamStatus = z.output<typeof streamStatusSchema>;

/** The last complete key picture of a stream: SPS, PPS and IDR slices as an Annex B byte stream. */
export const keyPictureSchema = z.object({
  annexB: z.instanceof(Uint8Array),
  /** RFC 6381 codec string, such as `avc1.42c01e`, for WebCodecs. */
  codec: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  capturedAtMs: z.number(),
});
export type KeyPicture = z.output<typeof keyPictureSchema>;

/** A camera as a tile shows it. */
export const cameraViewSchema = z.object({
  cameraId: identifier,
  /** The camera's number in the registry it was imported from. */
  externalId: identifier,
  cameraName: z.string(),
  cameraNameEn: z.string().optional(),
  siteId: identifier,
  siteName: z.string(),
  siteNameEn: z.string().optional(),
  siteType: z.enum(siteTypes),
  district: z.enum(districts),
});
export type CameraView = z.output<typeof cameraViewSchema>;

/** What a tile may show: a camera of the registry, or a body cam with the id `bodycam:<memberId>`, whose site is its squad. */
export const shownCameraSchema = cameraViewSchema
  .partial({ siteType: true, district: true })
  .extend({ isBodyCam: z.literal(true).optional() });
export type ShownCamera = z.output<typeof shownCameraSchema>;

/** The condition of a camera, as its last probe found it. */
export const cameraConditions = [
  'unknown',
  'online',
  'offline',
  'frozen',
  'unauthorized',
  'unsupported',
] as const;

/** What officers are to know of the ONVIF device behind a camera. */
export const cameraDeviceNoteSchema = z.object({
  /** `host:port` at which it announces itself now, while it does not answer where it was; an administrator signs in there. */
  announcedAt: z.string().optional(),
  /** Its events do not come, so there are no alerts from it. */
  isUnheard: z.literal(true).optional(),
});
export type CameraDeviceNote = z.output<typeof cameraDeviceNoteSchema>;

/** What is known of one camera. Times are Unix milliseconds of the hub's clock. */
export const cameraHealthSchema = z.object({
  cameraId: identifier,
  /** `unknown` until the first probe. */
  condition: z.enum(cameraConditions),
  /** Since when it has been in this condition. */
  sinceMs: z.number(),
  /** The time of the last finding, by a probe of the hub or by a viewer's stream. */
  checkedAtMs: z.number().optional(),
  /** What is wrong and what to do, in a sentence; never a password. */
  message: z.string().optional(),
  /** It asks for its password in clear, though it took it encrypted before, and does not get it until a person allows it. */
  isPasswordWithheld: z.literal(true).optional(),
  codec: z.string().optional(),
  /** Size of its picture in pixels. */
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  /** Pictures per second, measured. */
  frameRate: z.number().optional(),
  /** The time of the stored poster. */
  posterAtMs: z.number().optional(),
  device: cameraDeviceNoteSchema.optional(),
});
export type CameraHealth = z.output<typeof cameraHealthSchema>;

/** A site as the desk and the map know it. Pinyin has one entry a code point of the name, joined by spaces. */
export const siteEntrySchema = z.object({
  siteId: identifier,
  externalId: identifier,
  siteName: z.string(),
  siteNameEn: z.string().optional(),
  sitePinyin: z.string(),
  siteType: z.enum(siteTypes),
  district: z.enum(districts),
  address: z.string(),
  phone: z.string().optional(),
  /** WGS-84 degrees. */
  latitude: z.number().optional(),
  longitude: z.number().optional(),
});
export type SiteEntry = z.output<typeof siteEntrySchema>;

/** A camera in the directory; what it shares with others of its site is in the site's entry. */
export const cameraEntrySchema = z.object({
  cameraId: identifier,
  externalId: identifier,
  siteId: identifier,
  cameraName: z.string(),
  cameraNameEn: z.string().optional(),
  cameraPinyin: z.string(),
});
export type CameraEntry = z.output<typeof cameraEntrySchema>;

const openedStreamSchema = z.object({
  streamId: identifier,
  workerId: identifier,
  /** The stream that is really served: a camera without a sub stream serves main. */
  stream: z.enum(streamKinds),
  status: streamStatusSchema,
  keyPicture: keyPictureSchema.optional(),
});
export type OpenedStream = z.output<typeof openedStreamSchema>;

/** The number of streams that one request may open: half a wall of 64 tiles. */
export const maxStreamsAtOnce = 32;

const streamWishSchema = z.object({
  cameraId: storableText.min(1).max(64),
  stream: z.enum(streamKinds),
  /** Left out: the stream is only opened. `flowing`: packets may flow at once if the stream comes under one of the `mids`. */
  receive: z.enum(['paused', 'flowing']).optional(),
});
export type StreamWish = z.output<typeof streamWishSchema>;

export interface StreamOpening extends OpenedStream {
  /** Left out where the stream does not run yet, or could not be received at once: it is asked for with `media:consume`. */
  consumer?: ConsumerDescription;
}

export const cameraRequests = {
  /** Every site and camera of the registry, for search, lists and the map. */
  'cameras:readDirectory': request({
    capability: 'cameras:list',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({
      revision: z.number().int(),
      sites: z.array(siteEntrySchema),
      cameras: z.array(cameraEntrySchema),
    }),
  }),
  /** The condition of every camera. */
  'cameras:readHealth': request({
    capability: 'cameras:list',
    scope: 'filtered',
    input: z.object({}),
    output: z.object({ health: z.array(cameraHealthSchema) }),
  }),
  /** The last picture that was kept of a camera, however old. */
  'cameras:getPoster': request({
    capability: 'cameras:view',
    input: z.object({ cameraId: identifier }),
    output: z.object({ keyPicture: keyPictureSchema.optional() }),
  }),
  /**
   * Takes a share in a camera's stream and starts it when it does not run. Answered at once: with the worker that
   * carries it and, when it runs, its last key picture. Asked again by the same surface, it answers the same stream.
   */
  'cameras:openStream': request({
    capability: 'cameras:view',
    input: z.object({ cameraId: identifier, stream: z.enum(streamKinds) }),
    output: openedStreamSchema,
  }),
  /**
   * Opens the streams of a page, each as `cameras:openStream` does, and makes consumers of those that run as `media:consume`
   * does. The answers are in the order of `streams`; a stream that is refused or slow, or a wish that is not understood,
   * neither fails nor delays the others.
   */
  'cameras:openStreams': request({
    capability: 'cameras:view',
    input: z.object({
      /** `undefined` stands for a wish that was not understood. */
      streams: z.array(streamWishSchema.optional().catch(undefined)).min(1).max(maxStreamsAtOnce),
      /** What the surface can receive, its transports, and on each the names that are free (see `media:consume`). */
      receiver: z
        .object({
          rtpCapabilities: rtpCapabilitiesSchema,
          transports: z
            .array(
              z.object({
                workerId: identifier,
                transportId: identifier,
                mids: z.array(slotNameSchema).max(maxStreamsAtOnce),
              }),
            )
            .max(64),
        })
        .optional(),
      /** Key pictures of streams whose packets flow at once are left out: their live pictures come about as soon. */
      omitsFlowingPictures: z.boolean().optional(),
    }),
    output: z.object({ answers: z.array(z.custom<Ack<StreamOpening>>()) }),
  }),
  /** Gives the share back; the stream lingers and stops when nobody else holds one. */
  'cameras:closeStream': request({
    capability: 'cameras:view',
    scope: 'any',
    input: z.object({ streamId: identifier }),
    output: z.object({}),
  }),
  /**
   * A surface that holds a share in a running stream says that its browser decodes nothing of what it receives, or, of a
   * stream whose status calls it undecodable, that it does. One that decodes is believed.
   */
  'cameras:reportDecoding': request({
    capability: 'cameras:view',
    scope: 'any',
    input: z.object({ streamId: identifier, decodes: z.boolean() }),
    output: z.object({}),
  }),
  /**
   * A person says that a camera may get its password in clear (Basic), though it took it encrypted (Digest) before. The camera
   * is asked again at once. Once it takes the password encrypted again, it needs another word.
   */
  'cameras:allowClearPassword': request({
    capability: 'cameras:manage',
    needs: 'step_up',
    input: z.object({ cameraId: identifier }),
    output: z.object({}),
  }),
  'cameras:getKeyPicture': request({
    capability: 'cameras:view',
    input: z.object({ streamId: identifier }),
    output: z.object({ keyPicture: keyPictureSchema.optional() }),
  }),
};

/** The cameras' part of the snapshot. */
export const cameraSnapshotFields = {
  /** Every camera of the registry, for a role that drives the wall. */
  registry: z.array(cameraViewSchema).optional(),
};

export const cameraNotices = {
  /** The registry changed; surfaces read the directory again. */
  'cameras:directoryChanged': notice(z.object({ revision: z.number().int() }), {
    to: 'holders',
    capability: 'cameras:list',
  }),
  /** Cameras whose health changed, gathered for about a second. */
  'cameras:healthChanged': notice(z.object({ changed: z.array(cameraHealthSchema) }), {
    to: 'holders',
    capability: 'cameras:list',
  }),
  /** To every surface that holds a share in the stream. */
  'cameras:streamChanged': notice(
    z.object({
      streamId: identifier,
      cameraId: identifier,
      stream: z.enum(streamKinds),
      status: streamStatusSchema,
    }),
    { to: 'addressee' },
  ),
};
