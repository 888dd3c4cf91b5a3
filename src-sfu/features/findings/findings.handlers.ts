import type { FindingActor } from '../../../src-shared/findings/finding.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { may, nowhere, type Scope } from '../../../src-shared/session/principal.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { ClausesService } from './clauses.service.ts';
import { findingResource } from './findingPlace.ts';
import type { FindingPictures } from './findingPictures.ts';
import type { FindingFigures, FindingsRepository } from './findings.repository.ts';
import type { FindingSettingsService } from './findingSettings.service.ts';
import type { FindingsService } from './findings.service.ts';
import type { SiteFindings } from './siteFindings.ts';

type FindingRequestName = Extract<keyof RequestHandlers, `findings:${string}`>;

/** Who works at a desk: the account, by the name that others read. */
function actorOf(context: SurfaceContext): FindingActor {
  const { kind = 'person', accountId = context.connectionId } = context.identity?.principal ?? {};
  return { id: `${kind}:${accountId}`, name: deskName(context) };
}

/** The districts that somebody works for; undefined: all. */
export function districtsOf(scope: Scope | undefined): readonly string[] | undefined {
  return scope?.districts === 'all' ? undefined : (scope?.districts ?? []);
}

/** Runs a piece of work for the site whose phone asks. Which site it is was decided by its sign-in, not by its messages. */
async function asSite<T>(
  { identity }: SurfaceContext,
  work: (site: { siteId: string; name: string }) => Promise<Ack<T>>,
): Promise<Ack<T>> {
  if (identity?.principal.kind !== 'site') {
    return refuse('not_joined', 'This phone is not signed in. Open a link of the command centre.', {
      reason: 'sites.not_signed_in',
    });
  }
  return work({ siteId: identity.principal.accountId, name: identity.principal.name });
}

/** Requests about findings, of desks, of phones and of sites. */
export function createFindingHandlers({
  findings,
  clauses,
  repository,
  figures,
  pictures,
  settings,
  ofSites,
  memberName,
}: {
  findings: FindingsService;
  clauses: ClausesService;
  repository: FindingsRepository;
  figures: FindingFigures;
  pictures: FindingPictures;
  settings: Pick<FindingSettingsService, 'read' | 'save'>;
  ofSites: SiteFindings;
  memberName(memberId: string): string | undefined;
}): RequestHandlers<FindingRequestName> {
  return {
    'findings:create': async (context, input) => {
      const known = await findings.find(input.findingId);
      const principal = context.identity?.principal;
      // A repeat is answered with the finding: only to those who may see it.
      if (
        known !== undefined &&
        (principal === undefined || !may(principal, 'findings:view', findingResource(known)))
      ) {
        return refuse('forbidden', 'This id is of a finding of another part of the city. Make a new one.', {
          reason: 'session.outside_scope',
        });
      }
      return findings.create(input, actorOf(context));
    },
    'findings:work': (context, command) => findings.work(command, actorOf(context)),
    'findings:review': (context, command) => {
      const principal = context.identity?.principal;
      const isSupervisor = principal !== undefined && may(principal, 'orders:override');
      return findings.work({ ...command, isSupervisor }, actorOf(context));
    },
    'findings:read': async (_context, { findingId }) => {
      const finding = await findings.find(findingId);
      if (finding === undefined) {
        return refuse('not_found', `There is no finding ${findingId}.`, {
          reason: 'findings.no_such_finding',
        });
      }
      return ok({ finding, steps: await repository.steps(findingId) });
    },
    'findings:search': async ({ identity }, { limit, cursor, ...filter }) =>
      ok(
        await repository.search({
          filter,
          limit,
          cursor,
          districts: districtsOf(identity?.principal.scope ?? nowhere),
        }),
      ),
    'findings:listOffenders': async ({ identity }) =>
      ok({ sites: await figures.offenders(districtsOf(identity?.principal.scope)) }),
    'findings:falseAlarmRates': async ({ identity }, { days }) =>
      ok(await figures.falseAlarmRates(days, districtsOf(identity?.principal.scope))),
    'findings:getPictures': async (_context, { findingId }) => {
      const finding = await findings.find(findingId);
      if (finding === undefined) return ok({});
      const { alertId } = finding;
      return ok({ ...(await pictures.pairOf(finding)), ...(alertId === undefined ? {} : { alertId }) });
    },
    'findings:readOwn': (context) =>
      asSite(context, async ({ siteId }) => ok({ findings: await ofSites.ofSite(siteId) })),
    'findings:getOwnPictures': (context, { findingId }) =>
      asSite(context, async ({ siteId }) => {
        const finding = await ofSites.own(siteId, findingId);
        return ok(finding === undefined ? {} : await pictures.pairOf(finding));
      }),
    'findings:answerOwn': (context, { reports }) =>
      asSite(context, async (site) => ok(await ofSites.report(site, reports))),
    'findings:listClauses': (_context, input) => ok({ clauses: clauses.list(input) }),
    'findings:readTimes': () => Promise.resolve(ok(settings.read())),
    'findings:saveTimes': (context, wanted) => settings.save(wanted, deskName(context)),
    'findings:saveClause': async (context, { clause }) => {
      const saved = await clauses.save([clause], deskName(context));
      return saved.ok ? ok({ clause }) : saved;
    },
    'findings:report': async ({ identity }, { reports }) => {
      const memberId = identity?.member?.memberId;
      if (memberId === undefined) {
        return refuse('not_joined', 'This phone is not signed in. Sign in with a code of the desk.', {
          reason: 'squads.not_signed_in',
        });
      }
      const name = memberName(memberId) ?? identity?.principal.name ?? memberId;
      return ok(await findings.report({ memberId, name }, reports));
    },
  };
}
