import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { OnvifHabits } from './onvifHabits.ts';

const hugeBytes = 64 * 1_024 * 1_024;
const pieceBytes = 65_536;

/** Answers as no honest camera does: what a client must bear. An answer without an end ends with its connection. */
export function answerHostile(kind: NonNullable<OnvifHabits['hostile']>, response: ServerResponse): void {
  if (kind === 'silent') return;
  response.writeHead(200, { 'content-type': 'application/soap+xml; charset=utf-8' });
  if (kind === 'garbage') return void response.end(randomBytes(2_000));
  if (kind === 'entityBomb') {
    const entities = Array.from({ length: 10 }, (_unused, level) => {
      const value = level === 0 ? 'lol' : `&e${level - 1};`.repeat(10);
      return `<!ENTITY e${level} "${value}">`;
    });
    return void response.end(`<?xml version="1.0"?><!DOCTYPE x [${entities.join('')}]><x>&e9;</x>`);
  }
  if (kind === 'endless') {
    const timer = setInterval(() => response.write('<x>'), 100);
    response.on('close', () => clearInterval(timer));
    return;
  }
  const piece = Buffer.alloc(pieceBytes, '<x>');
  let sent = 0;
  const send = (): void => {
    while (sent < hugeBytes && !response.destroyed) {
      sent += pieceBytes;
      if (!response.write(piece)) return void response.once('drain', send);
    }
    response.end();
  };
  send();
}
