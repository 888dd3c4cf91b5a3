import { pino, stdSerializers, type Logger } from 'pino';

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

/** Structured logs as JSON lines, to stdout by default. Passwords are never written. */
export function createLogger(
  level: string,
  destination: { write(line: string): void } = process.stdout,
): Logger {
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
        logMethod(arguments_, method) {
          const cleaned = arguments_.map((value) =>
            typeof value === 'string' ? withoutCredentials(value) : value,
          );
          method.apply(this, cleaned as typeof arguments_);
        },
      },
    },
    destination,
  );
}
