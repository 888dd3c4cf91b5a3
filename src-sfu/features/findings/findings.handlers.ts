import type { FindingActor } from '../../../src-shared/findings/finding.ts';
import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import { may, type Scope } from '../../../src-shared/session/principal.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { ClausesService } from './clauses.service.ts';
import { findingResource } from './findingPlace.ts';
import type { FindingPictures } from './findingPictures.ts';
import type { FindingFigures, FindingsRepository } from './findings.repository.ts';
import type { FindingsService } from './findings.service.ts';

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

/** Requests about findings, of desks and of phones. */
export function createFindingHandlers({
  findings,
  clauses,
  repository,
  figures,
  pictures,
  memberName,
}: {
  findings: FindingsService;
  clauses: ClausesService;
  repository: FindingsRepository;
  figures: FindingFigures;
  pictures: FindingPictures;
  memberName(memberId: string): string | undefined;
}): RequestHandlers<FindingRequestName> {
  return {
    'findings:create': (context, input) => findings.create(input, actorOf(context)),
    'findings:work': (context, command) => findings.work(command, actorOf(context)),
    'findings:review': (context, command) => findings.work(command, actorOf(context)),
    'findings:read': async (_context, { findingId }) => {
      const finding = await findings.find(findingId);
      if (finding === undefined) {
        return refuse('not_found', `There is no finding ${findingId}.`, {
          reason: 'findings.no_such_finding',
        });
      }
      return ok({ finding, steps: await repository.steps(findingId) });
    },
    'findings:search': async ({ identity }, filter) => {
      const found = await repository.search(filter);
      const principal = identity?.principal;
      return ok({
        findings: found.filter(
          (finding) => principal !== undefined && may(principal, 'findings:view', findingResource(finding)),
        ),
      });
    },
    'findings:listOffenders': async ({ identity }) =>
      ok({ sites: await figures.offenders(districtsOf(identity?.principal.scope)) }),
    'findings:falseAlarmRates': async ({ identity }, { days }) =>
      ok(await figures.falseAlarmRates(days, districtsOf(identity?.principal.scope))),
    'findings:getPictures': async (_context, { findingId }) => {
      const finding = await findings.find(findingId);
      return ok(finding === undefined ? {} : await pictures.pairOf(finding));
    },
    'findings:listClauses': (_context, input) => ok({ clauses: clauses.list(input) }),
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
