import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import {
  maxLinksOfSite,
  siteCodeLifeMs,
  siteSignInLifeMs,
  type SiteLink,
} from '../../../src-shared/sites/sites.protocol.ts';
import { idOfCommand } from '../../base/commandIds.ts';
import { createTurns } from '../../base/turns.ts';
import type { WrongCodes } from '../../base/wrongCodes.ts';
import { hashOf, newCode, plainCode } from '../../base/secrets.ts';
import type { SiteAudit, SiteLinkRecord, SitesRepository } from './sites.repository.ts';

/** Why a link ended. */
export type LinkEnd = 'revoked' | 'signed_out' | 'replaced' | 'expired' | 'site_removed';

/** Codes and phones of sites: made at a desk, used once, known by the phone's secret, and ended. */
export interface SiteLinks {
  make(
    input: { siteId: string; forWhom: string },
    actor: string,
    /** The sender's command, as `commandOf` gives it: sent again, it gives a new code for the link that it made before. */
    command?: string,
  ): Promise<Ack<{ link: SiteLink; code: string; path: string }>>;
  /** Exchanges a code for a sign-in with the phone's own secret. The same phone is answered the same again. */
  signIn(input: {
    code: string;
    token: string;
    device: string;
    address: string;
    /** What this browser is signed in with already: it ends. */
    before: readonly SiteLinkRecord[];
  }): Promise<Ack<SiteLinkRecord>>;
  /** The phone with this secret. */
  find(token: string): SiteLinkRecord | undefined;
  used(link: SiteLinkRecord, address: string): void;
  listOf(siteId: string): SiteLink[];
  phonesOf(siteId: string): number;
  end(siteId: string, linkId: string, why: LinkEnd, actor: string): Promise<Ack<object>>;
  /** Ends what is too old, and what belongs to sites that are not there any more; stores again what could not be stored. */
  tidy(isSite: (siteId: string) => boolean): void;
  /** By the sign-in's `sessionId`. */
  onEnded(listener: (sessionId: string) => void): void;
}

/** The time of last use is written at most once in this time. Milliseconds. */
const writtenEveryMs = 60_000;

/** What ends together when a link ends: all connections of its phone. */
export function siteSessionId({ linkId }: Pick<SiteLinkRecord, 'linkId'>): string {
  return `site:${linkId}`;
}

export function createSiteLinks(options: {
  repository: Pick<SitesRepository, 'saveLink'>;
  stored: readonly SiteLinkRecord[];
  wrongCodes: WrongCodes;
  isSite(siteId: string): boolean;
  nowMs(): number;
  onFault(error: unknown): void;
}): SiteLinks {
  const { repository, wrongCodes, nowMs, onFault } = options;
  const links = new Map(options.stored.map((link) => [link.linkId, link]));
  const writtenAtMs = new Map<string, number>();
  const unwritten = new Map<string, readonly [SiteLinkRecord, SiteAudit]>();
  const inTurn = createTurns();
  const ended = createListeners<[sessionId: string]>();

  const isLive = ({ expiresAtMs, phone }: SiteLinkRecord): boolean => {
    // One with a longer life than any can have was made before the clock was set back: it must not live for ever.
    const longestMs = phone === undefined ? siteCodeLifeMs : siteSignInLifeMs;
    return expiresAtMs > nowMs() && expiresAtMs <= nowMs() + longestMs;
  };
  const of = (siteId: string): SiteLinkRecord[] =>
    [...links.values()].filter((link) => link.siteId === siteId && isLive(link));
  const byCode = (codeHash: string): SiteLinkRecord | undefined =>
    [...links.values()].find((link) => link.codeHash === codeHash);
  const byToken = new Map(
    options.stored.flatMap((link) => (link.phone === undefined ? [] : [[link.phone.tokenHash, link]])),
  );
  const auditOf = (link: SiteLinkRecord, action: string, actor: string, detail: object = {}): SiteAudit => ({
    atMs: nowMs(),
    actor,
    action,
    subject: link.siteId,
    detail: { linkId: link.linkId, forWhom: link.forWhom, ...detail },
  });

  /** From this moment it opens nothing, whatever the store says. */
  const endLink = async (link: SiteLinkRecord, why: LinkEnd, actor: string): Promise<void> => {
    if (!links.delete(link.linkId)) return;
    if (link.phone !== undefined) byToken.delete(link.phone.tokenHash);
    ended.notify(siteSessionId(link));
    const record = { ...link, endedAtMs: nowMs() };
    const audit = auditOf(link, 'sites:endLink', actor, { why });
    unwritten.set(link.linkId, [record, audit]);
    await repository.saveLink(record, audit);
    unwritten.delete(link.linkId);
  };

  const use = async (
    link: SiteLinkRecord,
    { token, device, address, before }: Parameters<SiteLinks['signIn']>[0],
  ): Promise<Ack<SiteLinkRecord>> => {
    const tokenHash = hashOf(token);
    if (link.phone !== undefined) {
      if (link.phone.tokenHash === tokenHash && links.has(link.linkId)) return ok(link);
      wrongCodes.note(address);
      return refuse('conflict', 'This code was used already. Ask the command centre for a new link.', {
        reason: 'sites.code_used',
      });
    }
    const tooOld = (): Ack<never> =>
      refuse('conflict', 'This code is too old. Ask the command centre for a new link.', {
        reason: 'sites.code_expired',
      });
    if (!isLive(link) || !links.has(link.linkId) || !options.isSite(link.siteId)) return tooOld();
    if (byToken.has(tokenHash)) {
      return refuse('conflict', 'This phone’s secret is in use. Open the link again.', {
        reason: 'sites.secret_in_use',
      });
    }
    const atMs = nowMs();
    const used: SiteLinkRecord = {
      ...link,
      expiresAtMs: atMs + siteSignInLifeMs,
      phone: { tokenHash, name: device, signedInAtMs: atMs, lastUsedAtMs: atMs, address },
    };
    await repository.saveLink(used, auditOf(link, 'sites:useLink', link.forWhom, { address, device }));
    // A desk may have ended it while this was written: the end is written after it, and holds.
    if (!links.has(link.linkId)) return tooOld();
    links.set(used.linkId, used);
    byToken.set(tokenHash, used);
    writtenAtMs.set(used.linkId, atMs);
    for (const old of before) await endLink(old, 'replaced', link.forWhom);
    return ok(used);
  };

  return {
    make: ({ siteId, forWhom }, actor, command) =>
      inTurn(`site ${siteId}`, async () => {
        if (!options.isSite(siteId)) {
          return refuse('not_found', 'There is no such site in the registry.', {
            reason: 'sites.no_such_site',
          });
        }
        const linkId = idOfCommand('sl_', command);
        const before = links.get(linkId);
        if (
          before !== undefined &&
          !(before.siteId === siteId && before.forWhom === forWhom && before.phone === undefined)
        ) {
          return refuse('conflict', 'This link is made already, and a phone uses it.', {
            reason: 'sites.link_exists',
          });
        }
        if (before === undefined && of(siteId).length >= maxLinksOfSite) {
          return refuse('too_many', `A site has at most ${maxLinksOfSite} links. End one that is not used.`, {
            reason: 'sites.too_many_links',
            limit: maxLinksOfSite,
          });
        }
        const code = newCode(4);
        const link: SiteLinkRecord = {
          linkId,
          siteId,
          forWhom,
          madeBy: actor,
          madeAtMs: nowMs(),
          codeHash: hashOf(plainCode(code)),
          expiresAtMs: nowMs() + siteCodeLifeMs,
        };
        await repository.saveLink(link, auditOf(link, 'sites:makeLink', actor));
        links.set(link.linkId, link);
        return ok({ link: shownLink(link), code, path: `/site.html#code=${code}` });
      }),
    async signIn(input) {
      const { address } = input;
      const codeHash = hashOf(plainCode(input.code));
      const found = byCode(codeHash);
      // Of 80 bits nobody guesses one, so a right code is taken wherever it comes from: many phones share one address.
      if (found === undefined) {
        if (wrongCodes.isGuessing(address)) {
          return refuse('too_many', 'Too many wrong codes from here. Check the code.', {
            reason: 'sites.too_many_wrong_codes',
          });
        }
        wrongCodes.note(address);
        return refuse(
          'not_found',
          'There is no such code. Check it, or ask the command centre for a new link.',
          {
            reason: 'sites.code_unknown',
          },
        );
      }
      return inTurn(found.linkId, () => use(links.get(found.linkId) ?? found, input));
    },
    find(token) {
      const link = byToken.get(hashOf(token));
      return link !== undefined && isLive(link) ? link : undefined;
    },
    used(link, address) {
      if (link.phone === undefined) return;
      link.phone.lastUsedAtMs = nowMs();
      link.phone.address = address;
      if (nowMs() - (writtenAtMs.get(link.linkId) ?? -Infinity) < writtenEveryMs) return;
      writtenAtMs.set(link.linkId, nowMs());
      repository.saveLink(link).catch(onFault);
    },
    listOf: (siteId) => of(siteId).map(shownLink),
    phonesOf: (siteId) => of(siteId).filter(({ phone }) => phone !== undefined).length,
    async end(siteId, linkId, why, actor) {
      const link = links.get(linkId);
      if (link?.siteId !== siteId) {
        return refuse('not_found', 'There is no such link.', { reason: 'sites.no_such_link' });
      }
      await endLink(link, why, actor);
      return ok({});
    },
    tidy(isSite) {
      for (const link of [...links.values()]) {
        if (isLive(link) && isSite(link.siteId)) continue;
        endLink(link, isLive(link) ? 'site_removed' : 'expired', 'hub').catch(onFault);
      }
      for (const [linkId, [record, audit]] of [...unwritten]) {
        if (links.has(linkId)) continue;
        repository.saveLink(record, audit).then(() => unwritten.delete(linkId), onFault);
      }
    },
    onEnded: ended.add,
  };
}

function shownLink({ codeHash: _hash, endedAtMs: _ended, phone, ...link }: SiteLinkRecord): SiteLink {
  if (phone === undefined) return link;
  const { tokenHash: _token, ...shown } = phone;
  return { ...link, phone: shown };
}
