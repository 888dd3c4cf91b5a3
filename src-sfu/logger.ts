import { pino, stdSerializers, type Logger } from 'pino';
import { createRepeatedLines } from './base/repeatedLines.ts';

export type { Logger } from 'pino';

/** Fields that are never written, at any depth a log line of ours uses. */
const secretFields = ['password', 'key', 'authorization', 'cookie', 'secret'];
const redactedPaths = secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** The user part of a URL inside any text: `rtsp://user:word@camera/` → `rtsp://***@camera/`. */
export function withoutCredentials(text: string): string {
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@')
    .replace(/([?&](?:access|password|token)=)[^&\s"]+/gi, '$1***');
}

/**
 * Structured logs as JSON lines, to stdout by default. Passwords are never written. A warning or error that repeats within a
 * minute is counted instead of written each time (repeatedLines.ts).
 */
export function createLogger(
  level: string,
  destination: { write(line: string): void } = process.stdout,
): Logger {
  const repeatedLines = createRepeatedLines();
  return pino(
    {
      level,
      base: null,
      redact: { paths: redactedPaths, censor: '***' },
      serializers: {
        err(error: Error) {
          const plain = stdSerializers.err(error);
          return {
            ...plain,
            message: withoutCredentials(plain.message),
            stack: withoutCredentials(plain.stack),
          };
        },
      },
      hooks: {
        logMethod(arguments_, method, levelNumber) {
          const cleaned = arguments_.map((value) =>
            typeof value === 'string' ? withoutCredentials(value) : value,
          );
          const write = (line: readonly unknown[]): void =>
            method.apply(this, line as unknown as typeof arguments_);
          if (levelNumber === pino.levels.values.warn || levelNumber === pino.levels.values.error)
            repeatedLines.pass(cleaned, write);
          else write(cleaned);
        },
      },
    },
    destination,
  );
}
