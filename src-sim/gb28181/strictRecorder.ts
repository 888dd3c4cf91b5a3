import type { RecorderHabits } from './recorderHabits.ts';

/** The status with which a recorder that reads the standard to the letter refuses a request; undefined where it takes it. */
export function refusalOf(head: string, body: string, habits: RecorderHabits): string | undefined {
  const method = head.split(' ', 1)[0] ?? '';
  if (habits.strictHeaders === true) {
    if (!/^Via: .*;branch=z9hG4bK/im.test(head)) return '400 Bad Request';
    const isDialogs = ['ACK', 'BYE', 'INFO', 'SUBSCRIBE'].includes(method);
    if (!isDialogs && /^To: .*;tag=/im.test(head)) return '481 Call Does Not Exist';
  }
  if (habits.strictOrder === true && method === 'INVITE' && !isInOrder(body))
    return '415 Unsupported Media Type';
  return undefined;
}

/** v o s u c t m, then the attributes, then y and f, each once and as the last ones. */
function isInOrder(body: string): boolean {
  const letters = body
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => line[0])
    .join('');
  return /^vosu?ctma+yf$/.test(letters);
}
