import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requests } from '../../../../src-shared/protocol/index.ts';
import { can, capabilities, roles } from '../../../../src-shared/session/roles.ts';

/** The hub's own code, where what no request declares is checked: routes over HTTP, snapshots, streams. */
const hubSources = readdirSync('src-sfu', { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.ts$/.test(path))
  .map((path) => readFileSync(join('src-sfu', path), 'utf8'));

/** Whether a text asks `can(role, capability)`, `may(principal, capability)` or `admit(capability)`. A mention in a comment does not count. */
function asksFor(text: string, capability: string): boolean {
  return new RegExp(`\\b(?:can|may|admit)\\((?:[^()]|\\([^()]*\\))*'${capability}'`).test(
    text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, ''),
  );
}

const declared = new Set<string>(Object.values(requests).map(({ capability }) => capability));

/** One verb means one thing in every feature. A new verb is added here with what it means. */
const verbs: Record<string, string> = {
  view: 'see the present state, live',
  viewMarkers: 'see where something is, without what it is about',
  viewDetails: 'read everything that is known of it',
  count: 'know how many there are',
  viewEmergencies: 'see who calls for help',
  viewEnded: 'read of calls for help that are over',
  viewTroubles: 'see what is wrong with the hub itself',
  lead: 'decide within the own squad',
  drawCurtain: 'hide from everybody public, at once',
  list: 'read the whole directory',
  manage: 'add, change and remove records',
  work: 'take and close what others reported',
  drive: 'change what others see',
  direct: 'give orders to people',
  serve: 'report about oneself, as one of those people',
  receive: 'open transports for what is sent to oneself',
  send: 'send a picture of one’s own',
  hear: 'listen to others',
  speak: 'be heard by others',
  override: 'take precedence over what a colleague does now',
  show: 'confirm that people at the centre have it before their eyes',
  report: 'send what another system found',
  relay: 'receive pictures for another system',
  answer: 'say to a citizen what became of a report',
  ask: 'request somebody’s picture',
  write: 'say what was found',
  review: 'decide what a colleague or a site has written',
  monitor: 'read figures about the hub itself',
  add: 'attach a photograph or a note to what exists',
  export: 'take records out of the house as a file',
  turn: 'move the head of a camera, and its lens',
  keep: 'write and sign the log of one’s own shift',
};

describe('the table of capabilities', () => {
  it.each(capabilities)('%s is granted to some role', (capability) => {
    expect(roles.some((role) => can(role, capability))).toBe(true);
  });

  it.each(capabilities)('%s is checked by the hub', (capability) => {
    expect(declared.has(capability) || hubSources.some((text) => asksFor(text, capability))).toBe(true);
  });

  it('is searched for checks, and not for mentions', () => {
    expect(asksFor("if (can(identity.role, 'wall:view')) return;", 'wall:view')).toBe(true);
    expect(asksFor("admit: admit('cameras:manage'),", 'cameras:manage')).toBe(true);
    expect(asksFor("may(principalOf(context), 'wall:view', screen)", 'wall:view')).toBe(true);
    expect(asksFor("// may(principal, 'wall:view')", 'wall:view')).toBe(false);
    expect(asksFor("signaling.broadcast('wall:view')", 'wall:view')).toBe(false);
  });

  it('has one word for one meaning', () => {
    const used = new Set(capabilities.map((capability) => capability.split(':')[1] ?? ''));
    expect([...used].sort()).toEqual(Object.keys(verbs).sort());
    expect(new Set(Object.values(verbs)).size).toBe(Object.keys(verbs).length);
  });

  it('grants a stranger nothing', () => {
    expect(capabilities.filter((capability) => can('stranger', capability))).toEqual([]);
  });
});
