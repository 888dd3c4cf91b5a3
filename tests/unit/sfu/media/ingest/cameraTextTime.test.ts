import fc from '../../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { CameraUrlError, parseCameraUrl } from '../../../../../src-sfu/base/cameraUrl.ts';
import { hidePassword } from '../../../../../src-sfu/features/cameras/urlSecrets.ts';
import { chooseChallenge } from '../../../../../src-sfu/media/sources/rtsp/rtspAuthentication.ts';
import { RtspProtocolError } from '../../../../../src-sfu/media/sources/rtsp/rtspMessage.ts';
import { RtspParser } from '../../../../../src-sfu/media/sources/rtsp/rtspParser.ts';
import { readSessionHeader, readTransport } from '../../../../../src-sfu/media/sources/rtsp/rtspHeaders.ts';
import { resolveControlUrl, resolveLocation } from '../../../../../src-sfu/media/sources/rtsp/rtspUrl.ts';
import {
  parseSessionDescription,
  SessionDescriptionError,
} from '../../../../../src-sfu/media/sources/rtsp/sessionDescription.ts';

/**
 * What a camera sends must cost time in proportion to its length. The largest text that is read at all is 64 KiB; reading
 * one takes about a millisecond, and one that makes a pattern backtrack takes seconds.
 */
const largestBytes = 64 * 1024;
const budgetMs = 100;

/** Processor time, not time of day: others share the machine. */
function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function expectInBudget(work: () => void): void {
  // What once collects garbage or compiles is tried again; what backtracks is slow each time.
  const times = [processorMs(work)];
  while (Math.min(...times) >= budgetMs && times.length < 3) times.push(processorMs(work));
  expect(Math.min(...times)).toBeLessThan(budgetMs);
}

/** Pieces that patterns for addresses, headers and descriptions try in more than one way. */
const pieces = [
  ' ',
  '\t',
  '/',
  '?',
  '#',
  '@',
  ':',
  ';',
  ',',
  '=',
  '"',
  '\\',
  '.',
  '0',
  'a',
  '%25',
  '[',
  '[::',
  '::]',
  'a@',
  '@a/',
  'a:b@',
  'a.b@c.d/',
  '/a:b@c.d',
  '\\"',
  '",',
  'a=',
  'a="',
  ', Digest a=',
  'Digest ',
  ' \r ',
  '\ra',
  '; ',
  'sprop-parameter-sets',
  'timeout = ',
  'interleaved=',
  '中',
  '\u{1f35a}',
];

function repeated(piece: string, bytes = largestBytes): string {
  return piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece))).slice(0, bytes);
}

/** Every parser for texts of a camera, given a text where a camera may put one. */
const parsers: Record<string, (text: string) => void> = {
  'an address': (text) => {
    for (const url of [
      text,
      `rtsp://${text}`,
      `rtsp://u:${text}@h/`,
      `rtsp://h/${text}`,
      `rtsp://[${text}`,
    ]) {
      refusedOnlyBy(CameraUrlError, () => parseCameraUrl(url));
      refusedOnlyBy(CameraUrlError, () => parseCameraUrl(url.slice(0, 2048)));
      hidePassword(url.slice(0, 2048));
    }
  },
  'a control or a redirect': (text) => {
    for (const url of [text, `rtsp://${text}`, `rtsp://${text}`.slice(0, 2048), `/${text}`]) {
      refusedOnlyBy(CameraUrlError, () => resolveControlUrl('rtsp://h/a', url));
      refusedOnlyBy(CameraUrlError, () => resolveLocation('rtsp://h/a', url));
    }
  },
  'a challenge': (text) => {
    chooseChallenge([text, `Digest ${text}`, `Digest a="${text}`, `Basic ${text}`]);
    chooseChallenge(Array.from({ length: 32 }, (_none, at) => text.slice(at * 2048, (at + 1) * 2048)));
  },
  'the headers of SETUP': (text) => {
    readTransport(`RTP/AVP/TCP;${text}`);
    readTransport(text);
    readSessionHeader(text);
    readSessionHeader(`abc;${text}`);
  },
  'a description of one line': (text) => {
    for (const line of [
      'm=',
      'm=video ',
      'a=control:',
      'a=control:rtsp://',
      'a=rtpmap:',
      'a=rtpmap:96 ',
      'a=fmtp:96 ',
    ]) {
      describe8Sections(`${line}${text}`.slice(0, 8_000));
    }
  },
  'a description of many lines': (text) => {
    refusedOnlyBy(SessionDescriptionError, () =>
      parseSessionDescription(text.replaceAll(' ', '\n'), 'rtsp://h/'),
    );
    refusedOnlyBy(SessionDescriptionError, () =>
      parseSessionDescription(repeated(`a=control:${text.slice(0, 100)}\n`), 'rtsp://h/'),
    );
  },
  'an answer': (text) => {
    const bytes = Buffer.from(text, 'utf8').subarray(0, largestBytes - 64);
    for (const start of ['', 'RTSP/1.0 200 ', 'RTSP/1.0 ', 'OPTIONS ', 'RTSP/1.0 200 OK\r\nX: ']) {
      for (const end of ['\r\n\r\n', ' \rx\r\n\r\n', '']) {
        const answer = Buffer.concat([Buffer.from(start), bytes.subarray(0, 15_000), Buffer.from(end)]);
        const parser = new RtspParser({ onMessage: () => undefined, onInterleaved: () => undefined });
        refusedOnlyBy(RtspProtocolError, () => parser.push(answer));
      }
    }
  },
};

/** The worst that was seen: eight sections, each with the text. */
function describe8Sections(line: string): void {
  const sections = Array.from(
    { length: 8 },
    () => `m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n${line}`,
  );
  try {
    parseSessionDescription(sections.join('\r\n').slice(0, largestBytes), 'rtsp://h/');
  } catch (error) {
    if (!(error instanceof CameraUrlError)) expect(error).toBeInstanceOf(SessionDescriptionError);
  }
}

function refusedOnlyBy(kind: new (message: string) => Error, work: () => void): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(kind);
  }
}

describe('texts of a camera cost time in proportion to their length', () => {
  describe.each(Object.entries(parsers))('%s', (_name, parse) => {
    it.each(pieces.map((piece) => [JSON.stringify(piece), piece] as const))(
      'of %s over and over',
      (_shown, piece) => {
        const text = repeated(piece);
        expectInBudget(() => parse(text));
      },
    );

    it('of any pieces, each over and over', () => {
      const anyText = fc
        .array(fc.tuple(fc.constantFrom(...pieces), fc.integer({ min: 1, max: 3_000 })), {
          minLength: 1,
          maxLength: 8,
        })
        .map((parts) =>
          parts
            .map(([piece, times]) => piece.repeat(times))
            .join('')
            .slice(0, largestBytes),
        );
      fc.assert(
        fc.property(anyText, (text) => expectInBudget(() => parse(text))),
        { numRuns: 40 },
      );
    });
  });

  it('an address that was seen to take 1.5 s, and a description of eight of them that took 8 s', () => {
    const slow = `rtsp://[${'a'.repeat(1_000)}${'/'.repeat(1_000)}`;
    expectInBudget(() => refusedOnlyBy(CameraUrlError, () => parseCameraUrl(slow)));
    expectInBudget(() => describe8Sections(`a=control:${slow}`));
  });
});
