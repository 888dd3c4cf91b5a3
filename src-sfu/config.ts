import { readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { readShifts } from '../src-shared/session/shifts.ts';
import { readHandWrittenJson } from './base/handWritten.ts';
import { usualPushHosts } from './push/webPushSender.ts';
import { routerKinds } from './routing/routers.ts';
import { isCertificateName } from './http/trust/certificateNames.ts';

/** A setting could not be read. The message names the setting, what is wrong and what to do. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.union([z.boolean(), z.enum(['true', 'false', '1', '0'])]).transform((value) => {
  return value === true || value === 'true' || value === '1';
});

const namesSetting = z
  .string()
  .refine(
    (names) => names.split(',').every((name) => name.trim() === '' || isCertificateName(name.trim())),
    'must be names and addresses separated by commas, as hub.example.cn,192.0.2.7',
  )
  .default('');

/** For how many days something is kept; 0 is for ever. */
const keptDays = (leastDays: number, days: number) =>
  z.coerce
    .number()
    .int()
    .max(36_500)
    .refine(
      (value) => value === 0 || value >= leastDays,
      `must be 0 (for ever) or at least ${leastDays} days`,
    )
    .default(days);

/**
 * Every setting of the hub, by its name in `mingchu.config.json`. The environment's name is `MINGCHU_` and the same
 * words in capitals (`dataDir` is `MINGCHU_DATA_DIR`); the environment wins over the file.
 */
const settingsSchema = z.strictObject({
  /** Address the hub listens on for surfaces and other systems. */
  host: z.string().min(1).default('0.0.0.0'),
  /** TCP port for surfaces and other systems; 0 takes any free one. */
  port: port.default(7400),
  /** Whether machines of the local network that look for a hub (mDNS) are answered. */
  announce: flag.default(true),
  /** Whether the hub also listens for HTTPS, without which phones have no microphone. */
  https: flag.default(true),
  /** TCP port for HTTPS; 0 takes any free one. Left out: 43 above `port`, or any free one when that is 0. */
  httpsPort: port.optional(),
  /** Names and addresses under which phones find the hub, separated by commas, besides those of this machine. */
  tlsNames: namesSetting,
  /** Names and addresses under which the hub is reached besides its own and `tlsNames`, such as those of a proxy. */
  hostNames: namesSetting,
  /** PEM files of the operator's own certificate, with its chain, and of its key; left out: the hub makes its own. */
  tlsCertificate: z.string().min(1).optional(),
  tlsKey: z.string().min(1).optional(),
  /** Folder of the database and of the hub's keys. */
  dataDir: z.string().min(1).default(join(xdgDataHome(), 'mingchu')),
  /** A second folder, on another disk, for what the database cannot take while `dataDir` cannot be written. */
  spoolFolder: z.string().min(1).optional(),
  /** The file to which the head of the audit log is appended; left out: `audit-heads.jsonl` in `dataDir`. */
  auditHeads: z.string().min(1).optional(),
  /** An address of another system that is sent each head of the audit log. */
  auditWebhook: z.url({ protocol: /^https?$/ }).optional(),
  /** How often a new head of the audit log is published, in milliseconds. */
  auditHeadIntervalMs: z.coerce.number().int().min(1_000).max(86_400_000).default(600_000),
  /** Closed alerts are removed, with their pictures, when they are older than so many days; 0 keeps them for ever. */
  keepAlertsDays: keptDays(30, 0),
  /** Pictures of closed alerts are removed when they are older than so many days; 0 keeps them as long as their alerts. */
  keepSnapshotsDays: keptDays(7, 0),
  /** When squad members changed their status; days, 0 is for ever. */
  keepStatusDays: keptDays(7, 0),
  /** Who talked, when and for how long; days, 0 is for ever. */
  keepTalkDays: keptDays(7, 0),
  /** Orders that have ended, with their steps; days since they were written, 0 is for ever. */
  keepOrdersDays: keptDays(30, 0),
  /** Findings that have ended, with their steps; days since they were found, 0 is for ever. Repeated findings of 90 days are listed. */
  keepFindingsDays: keptDays(90, 0),
  /** Shifts that have ended, with notes and handover. */
  keepShiftsDays: keptDays(90, 0),
  /** Answered reports of citizens with their photographs; days since they came, 0 is for ever. */
  keepCitizensDays: keptDays(30, 365),
  /** Photographs, voice notes and files; days since they came, 0: as long as what they belong to. */
  keepAttachmentsDays: keptDays(30, 0),
  /** Where members were while they worked on an order or an SOS was open; days, 0 is for ever. */
  keepPositionsDays: keptDays(1, 30),
  /** Sign-ins, pairings and codes that have ended; days, 0 is for ever. */
  keepSessionsDays: keptDays(7, 90),
  /** Lines of the audit log older than so many days are moved into files in `audit-archive` of `dataDir`; 0 leaves them in the database. */
  keepAuditDays: keptDays(30, 0),
  /** Folder of a file with the lines of the log, in `dataDir` unless it begins with `/`; left out: they go to stdout alone. */
  logFolder: z.string().min(1).optional(),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  /** First UDP and TCP port for media; worker n takes `rtcPort + n`. 0 takes any free ones. */
  rtcPort: port.default(44_400),
  /** Addresses for media, as `192.0.2.7` or `10.0.0.7=192.0.2.7` (seen under another one); left out: every IPv4 one of this machine. */
  rtcAddresses: z.string().default(''),
  /** mediasoup workers; one for each core when left out. */
  mediaWorkers: z.coerce.number().int().min(1).max(64).default(availableParallelism()),
  /** How long a stream nobody watches keeps running, in milliseconds. */
  lingerMs: z.coerce.number().int().min(0).max(600_000).default(10_000),
  /** ffmpeg processes at one time, for cameras whose codec browsers cannot take. */
  maxTranscodes: z.coerce.number().int().min(0).max(64).default(2),
  /** Phones of the public that receive a softened copy by WebRTC at one time; the others have segments or stills. */
  publicLive: z.coerce.number().int().min(0).max(64).default(8),
  /** Softened copies of cameras at one time, for visitors and for the public; each is an ffmpeg process of its own. */
  publicTranscodes: z.coerce.number().int().min(0).max(64).default(4),
  /** TCP port of the public's page, on which nothing else of the hub is reached; left out: the public's page is off. */
  publicPort: port.optional(),
  /** The address at which phones reach the public's page, such as `https://kitchens.example.cn`; QR codes hold it. */
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .refine((text) => /^https?:\/\/[^/?#]+\/?$/.test(text), 'must be an address without a path')
    .transform((text) => text.replace(/\/$/, ''))
    .optional(),
  ffmpegPath: z.string().min(1).default('ffmpeg'),
  /** The browser that shows surfaces and prints PDFs, where it is not found by its name. */
  browser: z.string().min(1).optional(),
  /** How the hub asks cameras for RTP: interleaved in the RTSP connection, or UDP. */
  cameraTransport: z.enum(['tcp', 'udp']).default('tcp'),
  /** UDP and TCP port for recorders that register by GB/T 28181, usually 5060; left out: none are received. */
  gb28181Port: port.optional(),
  /** The id of this platform in GB/T 28181, which is entered in each recorder; its first ten digits are the domain. */
  gb28181Id: z
    .string()
    .regex(/^\d{20}$/, 'must be 20 digits, as 42120000002000000001')
    .default('42120000002000000001'),
  /** The IPv4 address by which recorders reach this hub; left out: this machine's own. */
  gb28181Address: z.ipv4().optional(),
  /** First and last UDP and TCP port for the pictures of recorders, one for each picture. */
  gb28181MediaPorts: z
    .string()
    .regex(/^\d{4,5}-\d{4,5}$/, 'must be two ports, as 30000-34399')
    .refine((text) => {
      const [first = 0, last = 0] = text.split('-').map(Number);
      return first >= 1_024 && first <= last && last <= 65_535;
    }, 'must be two ports from 1024 to 65535, the lower one first')
    .default('30000-34399'),
  /** Longest time between two health probes of one camera, in milliseconds. */
  healthIntervalMs: z.coerce.number().int().min(10_000).max(86_400_000).default(300_000),
  /** Health probes at the same time; 0 switches them off. */
  healthMaxRunning: z.coerce.number().int().min(0).max(500).default(24),
  /** The largest number of health probes that begin within one second. */
  healthMaxPerSecond: z.coerce.number().int().min(1).max(500).default(12),
  /**
   * The largest number of health probes at the same time of cameras behind one address, such as a recorder. 0: two, or as many
   * as this address needs so that each of its cameras is probed within the interval.
   */
  healthMaxPerHost: z.coerce.number().int().min(0).max(500).default(0),
  /** Space for the last picture of each camera, in MiB; beyond it the oldest ones go. */
  posterMebibytes: z.coerce.number().int().min(1).max(102_400).default(256),
  /** Pictures that one key of an alert platform may send within a day, in MiB; beyond it its alerts are ingested without pictures. */
  snapshotMebibytes: z.coerce.number().int().min(1).max(1_048_576).default(4_096),
  /** Photographs, voice notes and files that one sender may send within a day, in MiB. */
  attachmentMebibytes: z.coerce.number().int().min(1).max(1_048_576).default(1_024),
  /** A camera that is offline for longer becomes an alert, in milliseconds. */
  cameraOfflineAlertMs: z.coerce.number().int().min(0).max(604_800_000).default(300_000),
  /** A camera whose picture is frozen for longer becomes an alert, in milliseconds. */
  cameraFrozenAlertMs: z.coerce.number().int().min(0).max(604_800_000).default(60_000),
  /** Hours of the day in which a black or covered picture is an alert, as `7-21`; `0-24` is always, `0-0` never. */
  coveredPictureHours: z
    .string()
    .regex(/^\d{1,2}-\d{1,2}$/, 'must be two hours, as 7-21')
    .default('7-21'),
  /** A desk that nobody touches locks itself after this time, in milliseconds; 0: never. */
  deskLockMs: z.coerce.number().int().min(0).max(86_400_000).default(600_000),
  /** The shifts of the command centre with the times at which they begin, separated by commas; empty: day and night. */
  shifts: z
    .string()
    .refine((text) => readShifts(text) !== undefined, 'must be names with times, as 白班 08:00, 夜班 20:00')
    .default(''),
  /** Days after an alert within which its site can say that it is false. */
  siteAppealDays: z.coerce.number().int().min(1).max(365).default(7),
  /** Surfaces connected at one time. */
  maxSurfaces: z.coerce.number().int().min(1).max(10_000).default(200),
  /** Whether a screen for which nobody chose anything tours through all cameras; otherwise it shows the first ones. */
  wallTour: flag.default(true),
  /** The number of cameras on a screen for which nobody chose anything, when it does not tour. */
  wallTiles: z.coerce.number().int().min(1).max(64).default(16),
  /** The address of a router that knows the roads; left out: expected arrivals are by the straight line. */
  routerUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** What kind of router it is. */
  routerKind: z.enum(routerKinds).default('osrm'),
  /** Whether locked phones are rung for orders through the push services of their browsers (Web Push). */
  push: flag.default(true),
  /** A `mailto:` or `https:` address at which push services reach who runs this hub. Without it nothing is sent to them. */
  pushContact: z.url({ protocol: /^(?:mailto|https)$/ }).optional(),
  /** Push services that the hub sends to besides those of the usual browsers, separated by commas: `push.example.cn,.example.com`. */
  pushHosts: z
    .string()
    .default('')
    .transform((hosts) => [
      ...usualPushHosts,
      ...hosts
        .split(',')
        .map((host) => host.trim().toLowerCase())
        .filter((host) => host !== ''),
    ]),
  /** So long a phone has to show an order before it is rung through its push service, in milliseconds. */
  pushAfterMs: z.coerce.number().int().min(500).max(60_000).default(3_000),
  /** Whether the hub has accounts that everybody can sign in with. Only for a demo. */
  demoAccounts: flag.default(false),
  /** Addresses of proxies in front of the hub, separated by commas: their `X-Forwarded-For` is believed. */
  proxies: z
    .string()
    .refine(
      (list) => list.split(',').every((one) => one.trim() === '' || isIP(one.trim()) !== 0),
      'must be IP addresses separated by commas, as 127.0.0.1,192.0.2.7',
    )
    .default(''),
});
export type Config = z.output<typeof settingsSchema>;

/** Parses the settings once, from the environment and the optional file. Throws ConfigError. */
export function readConfig(environment: NodeJS.ProcessEnv, workingDirectory: string): Config {
  const fromFile = readConfigFile(environment, workingDirectory);
  const settings: Record<string, unknown> = { ...fromFile };
  // What older hubs knew does not keep this one from starting; `outdatedSettings` says what to do.
  for (const name of Object.keys(outdated)) delete settings[name];
  for (const name of Object.keys(settingsSchema.shape)) {
    const value = environment[environmentName(name)];
    if (value !== undefined && value !== '') settings[name] = value;
  }
  const parsed = settingsSchema.safeParse(settings);
  if (parsed.success) {
    if ((parsed.data.tlsCertificate === undefined) !== (parsed.data.tlsKey === undefined)) {
      throw new ConfigError(
        'The configuration is not usable: "tlsCertificate" (MINGCHU_TLS_CERTIFICATE) and "tlsKey" (MINGCHU_TLS_KEY) belong together. Set both, or neither.',
      );
    }
    return parsed.data;
  }
  const sentences = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return `unknown setting ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    }
    return `"${name}" (${environmentName(name)}): ${issue.message}`;
  });
  throw new ConfigError(
    `The configuration is not usable: ${sentences.join('; ')}. The README lists every setting.`,
  );
}

/** Settings of older hubs, which open nothing any more, and what to do now. */
const outdated: Record<string, string> = {
  trustLoopback:
    'nobody is let in for coming from this machine: people sign in at /sign-in.html, screens are paired by the code that they show, and commands of this machine use the socket hub.sock in the data folder',
  accessKey:
    'there is no access key: people sign in at /sign-in.html, screens are paired by the code that they show, and other systems have keys of their own',
  accessLink:
    'there is no access link: people sign in at /sign-in.html, and screens are paired by the code that they show',
};

/** A sentence for each setting of an older hub that is still set. It says what to do now. */
export function outdatedSettings(environment: NodeJS.ProcessEnv, workingDirectory: string): string[] {
  const fromFile = readConfigFile(environment, workingDirectory);
  return Object.entries(outdated).flatMap(([name, whatNow]) => {
    const isSet = Object.hasOwn(fromFile, name) || Boolean(environment[environmentName(name)]);
    if (!isSet) return [];
    return [`the setting "${name}" (${environmentName(name)}) has no effect any more, ${whatNow}; remove it`];
  });
}

/** `rtcPort` → `MINGCHU_RTC_PORT`. */
export function environmentName(setting: string): string {
  return `MINGCHU_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function readConfigFile(environment: NodeJS.ProcessEnv, workingDirectory: string): object {
  const named = environment.MINGCHU_CONFIG;
  const path = named ?? join(workingDirectory, 'mingchu.config.json');
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (missing && named === undefined) return {};
    const cause = missing ? 'there is no such file' : (error as Error).message;
    throw new ConfigError(`The configuration file ${path} cannot be read: ${cause}.`);
  }
  const read = readHandWrittenJson(bytes);
  if (!read.ok) {
    throw new ConfigError(`The configuration file ${path} ${read.message}. Correct it or remove it.`);
  }
  const { value } = read;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError(`The configuration file ${path} must hold one JSON object: { "port": 7400 }.`);
  }
  return value;
}

function xdgDataHome(): string {
  return process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share');
}
