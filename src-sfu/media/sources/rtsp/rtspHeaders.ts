/** What a camera answered in a `Transport` header (RFC 2326, 12.39), as far as it is used here. */
export interface TransportAnswer {
  /** Channels of media and of RTCP; the second is one higher where the camera leaves it out. */
  interleaved?: [number, number];
  serverPort?: number;
  /** The SSRC that the camera will send with; firmware writes numbers here that it does not use. */
  ssrc?: number;
}

/** Reads a `Transport` header. Parameters that make no sense count as left out. */
export function readTransport(header: string): TransportAnswer {
  const answer: TransportAnswer = {};
  // Of several transports, the first is the one that was chosen.
  const end = header.indexOf(',');
  for (const parameter of (end === -1 ? header : header.slice(0, end)).split(';', 32)) {
    const { name, value } = splitParameter(parameter);
    if (name === 'ssrc' && /^[0-9a-f]{1,8}$/i.test(value)) answer.ssrc = parseInt(value, 16);
    if (name !== 'interleaved' && name !== 'server_port') continue;
    const [first, second] = value.split('-', 2).map(wholeNumber);
    if (first === undefined || Number.isNaN(first)) continue;
    if (name === 'server_port') answer.serverPort = first;
    else answer.interleaved = [first, second === undefined || Number.isNaN(second) ? first + 1 : second];
  }
  return answer;
}

/** Reads a `Session` header: the id, when it can be sent back, and its timeout in seconds, when it names one. */
export function readSessionHeader(header: string): { id?: string; timeoutSeconds?: number } {
  const [id = '', ...parameters] = header.split(';', 8).map((part) => part.trim());
  const timeout = parameters.map(splitParameter).find(({ name }) => name === 'timeout');
  const seconds = wholeNumber(timeout?.value ?? '');
  return {
    ...(/^[\x21-\x7e]{1,256}$/.test(id) ? { id } : {}),
    ...(seconds > 0 ? { timeoutSeconds: seconds } : {}),
  };
}

function splitParameter(text: string): { name: string; value: string } {
  const equals = text.indexOf('=');
  if (equals === -1) return { name: text.trim().toLowerCase(), value: '' };
  return { name: text.slice(0, equals).trim().toLowerCase(), value: text.slice(equals + 1).trim() };
}

/** NaN for everything but one to six digits. */
function wholeNumber(text: string): number {
  const digits = text.trim();
  return /^\d{1,6}$/.test(digits) ? Number(digits) : Number.NaN;
}
