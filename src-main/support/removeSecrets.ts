/** What stands in the place of a secret. */
const removed = '[removed]';

/** Names of settings and of values in logs that may be secret. Rather one too many than one too few. */
const secretName =
  /(pass|pwd|secret|token|ticket|key|code|credential|cookie|auth|hash|salt|webhook|licen[cs]e|pin|signature)/i;

/** Under these names even a number is a secret, as the password 12345678 of a recorder. */
const plainlySecretName = /(pass|pwd|secret|token|credential)/i;

/** A value that is the same for everybody, or too short to be a secret, helps more than it harms. */
function isHarmless(value: unknown): boolean {
  return value === null || typeof value === 'boolean' || typeof value === 'number' || value === '';
}

function isSecretNumber(name: string, value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) >= 1_000 && plainlySecretName.test(name);
}

/** The secrets of a value, recognised by their names, such as `password`. They can then be removed also where they stand without a name. */
export function secretsIn(value: unknown, isUnderSecret = false): string[] {
  if (typeof value === 'string') return isUnderSecret && value.length >= 4 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    secretsIn(
      isSecretNumber(name, inner) ? String(inner) : inner,
      isUnderSecret || (!Array.isArray(value) && secretName.test(name)),
    ),
  );
}

/** A copy of a value in which whatever has such a name is removed, and every text cleaned. */
export function withoutSecrets(value: unknown, known: readonly string[]): unknown {
  if (typeof value === 'string') return cleanText(value, known);
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecretNumber(name, inner) || (secretName.test(name) && !isHarmless(inner))
        ? removed
        : withoutSecrets(inner, known),
    ]),
  );
}

/**
 * Removes from a text the secrets that are known, passwords in addresses, values after such names, keys in PEM, and every run of
 * letters and digits that is as long and as mixed as a token.
 */
export function cleanText(text: string, known: readonly string[]): string {
  let clean = text;
  for (const secret of known.toSorted((one, other) => other.length - one.length)) {
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
      clean = clean.replaceAll(form, removed);
    }
  }
  return (
    clean
      .replaceAll(/-----BEGIN [^-]+-----[^]*?(-----END [^-]+-----|$)/g, removed)
      // rtsp://user:password@camera, also where the password itself has signs of an address in it
      .replaceAll(/(\w+:\/\/)[^\s"'<>]*@/g, `$1${removed}@`)
      .replaceAll(/\b(Bearer|Basic|Digest)\s+[^\s"',;]+/gi, `$1 ${removed}`)
      // "password":"…" of a log line, also where JSON stands in JSON
      .replaceAll(
        /(\\*["']?[\w-]*(?:pass|pwd|secret|token|ticket|key|code|credential|cookie|auth|hash|salt|pin|signature)[\w-]*\\*["']?\s*[:=]\s*)(\\*"(?:[^"\\]|\\.)*?\\*"|[^\s,;&}\]"']+)/gi,
        (all: string, name: string, value: string) =>
          /^(true|false|null|-?\d{1,3}|)$/.test(value) ? all : `${name}"${removed}"`,
      )
      .replaceAll(/((?:密码|口令|密钥|令牌|验证码)\s*[:：=]\s*)\S+/g, `$1${removed}`)
      // A secret of an authenticator (base 32), also one that happens to have no digit.
      .replaceAll(/\b[A-Z2-7]{16,}\b/g, removed)
      // Codes in groups, as of the first administrator.
      .replaceAll(/\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){1,7}\b/g, (code) => (/[A-Z]/.test(code) ? removed : code))
      .replaceAll(/[A-Za-z0-9_+/=-]{24,}/g, (run) =>
        /\d/.test(run) && /[a-z]/i.test(run) && !run.includes('//') ? hideRun(run) : run,
      )
  );
}

/** Paths and identifiers with many parts are long as well; a token has a part of 16 characters or more with digits in it. */
function hideRun(run: string): string {
  const isToken = run.split(/[/_-]/).some((part) => part.length >= 16 && /\d/.test(part));
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(run);
  return isToken || isUuid ? removed : run;
}
