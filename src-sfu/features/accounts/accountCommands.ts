import { z } from 'zod';
import {
  accountRoles,
  pairedSurfaces,
  scopeSchema,
  screenIdSchema,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { personNameSchema, signInNameSchema } from '../../../src-shared/accounts/accountNames.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { shownAccount, type AccountBook } from './accountBook.ts';
import type { AccountRecord } from './accounts.repository.ts';
import { commandLine, commandPurposes, type CommandKeys } from './commandKeys.ts';
import type { AccountsService } from './accounts.service.ts';
import type { OwnAccount } from './ownAccount.ts';
import type { ScreensService } from './screens.service.ts';
import type { Sessions } from './sessions.ts';

const named = { signInName: z.string().min(1).max(256) };
const commandSchema = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('list') }),
  z.strictObject({ command: z.literal('firstCode') }),
  z.strictObject({
    command: z.literal('add'),
    signInName: signInNameSchema,
    name: personNameSchema,
    role: z.enum(accountRoles),
    scope: scopeSchema.optional(),
  }),
  z.strictObject({ command: z.literal('reset'), ...named, withTimeCodes: z.boolean().default(false) }),
  z.strictObject({
    command: z.literal('change'),
    ...named,
    role: z.enum(accountRoles).optional(),
    scope: scopeSchema.partial().optional(),
    isDisabled: z.boolean().optional(),
  }),
  /** Ends all sign-ins of an account. */
  z.strictObject({ command: z.literal('revoke'), ...named }),
  /** A sign-in without a password, for a script on this machine: who may use the socket may do everything anyway. */
  z.strictObject({ command: z.literal('signIn'), ...named }),
  /** Lets in the screen that shows a code. */
  z.strictObject({ command: z.literal('confirmScreen'), code: z.string().max(64), name: personNameSchema }),
  z.strictObject({
    command: z.literal('pairScreen'),
    surface: z.enum(pairedSurfaces),
    screenId: screenIdSchema,
    name: personNameSchema,
  }),
  /** An address that lets one screen in, once. */
  z.strictObject({
    command: z.literal('ticket'),
    surface: z.enum(pairedSurfaces),
    screenId: screenIdSchema,
    name: personNameSchema,
  }),
  /** A key with which a command of this machine asks over HTTP. */
  z.strictObject({ command: z.literal('openKey'), purpose: z.enum(commandPurposes) }),
  z.strictObject({ command: z.literal('listKeys') }),
  z.strictObject({ command: z.literal('endKey'), keyId: z.string().min(1).max(64) }),
]);
type Command = z.output<typeof commandSchema>;

const actor = commandLine;

/** What the owner of the hub's machine does with accounts, over a socket that only this user of the machine can open. */
export interface AccountCommands {
  run(input: unknown): Promise<Ack<object>>;
}

export function createAccountCommands(parts: {
  book: AccountBook;
  accounts: AccountsService;
  sessions: Sessions;
  screens: ScreensService;
  own: OwnAccount;
  commandKeys: CommandKeys;
  nowMs(): number;
}): AccountCommands {
  const { book, accounts, sessions, screens, own, commandKeys, nowMs } = parts;
  const of = (signInName: string, work: (account: AccountRecord) => Promise<Ack<object>>) => {
    const account = book.findByName(signInName);
    if (account !== undefined) return work(account);
    return Promise.resolve(
      refuse('not_found', `There is no account with the sign-in name "${signInName}".`, {
        reason: 'accounts.no_such_account',
      }),
    );
  };
  const work = async (command: Command): Promise<Ack<object>> => {
    switch (command.command) {
      case 'list': {
        const lastUse = (accountId: string) =>
          sessions
            .list()
            .filter((one) => one.accountId === accountId)
            .map(({ lastUsedAtMs }) => lastUsedAtMs);
        return ok({
          accounts: book.list().map((one) => ({
            ...shownAccount(one),
            signIns: lastUse(one.accountId).length,
            lastUsedAtMs: Math.max(0, ...lastUse(one.accountId)) || undefined,
          })),
        });
      }
      case 'firstCode':
        return ok({ code: own.firstRunCode() });
      case 'add': {
        const { command: _, ...account } = command;
        return accounts.add(account, { name: actor });
      }
      case 'reset':
        return of(command.signInName, ({ accountId }) => accounts.reset(accountId, command, { name: actor }));
      case 'change':
        return of(command.signInName, ({ accountId, scope }) =>
          accounts.change(
            accountId,
            {
              role: command.role,
              isDisabled: command.isDisabled,
              scope:
                command.scope === undefined
                  ? undefined
                  : {
                      districts: command.scope.districts ?? scope.districts,
                      squads: command.scope.squads ?? scope.squads,
                    },
            },
            { name: actor },
          ),
        );
      case 'revoke':
        return of(command.signInName, async ({ accountId }) => {
          const ending = sessions.list().filter((one) => one.accountId === accountId);
          await sessions.end((one) => one.accountId === accountId, {
            atMs: nowMs(),
            actor,
            action: 'accounts:revoke',
            subject: accountId,
          });
          return ok({ ended: ending.length });
        });
      case 'signIn':
        return of(command.signInName, async (account) => {
          if (!book.isUsable(account)) {
            return refuse('forbidden', 'This account is disabled.', { reason: 'accounts.no_such_account' });
          }
          const { token, session } = await sessions.open(account, { address: '', device: actor });
          return ok({ token, sessionId: session.sessionId });
        });
      case 'confirmScreen':
        return screens.confirm(command, actor);
      case 'pairScreen':
        return ok(await screens.pairDirectly(command, actor));
      case 'ticket': {
        const { secret, expiresAtMs } = screens.ticket(command, actor);
        const query = new URLSearchParams({ screen: command.screenId, ticket: secret });
        return ok({ ticket: secret, path: `/${command.surface}.html?${query.toString()}`, expiresAtMs });
      }
      case 'openKey':
        return commandKeys.open(command.purpose);
      case 'listKeys':
        return ok({ keys: commandKeys.list() });
      case 'endKey':
        return commandKeys.end(command.keyId);
    }
  };
  return {
    run(input) {
      const parsed = commandSchema.safeParse(input);
      if (parsed.success) return work(parsed.data);
      const first = parsed.error.issues[0];
      const message = `${first?.path.join('.') || 'The command'}: ${first?.message ?? 'does not fit'}.`;
      return Promise.resolve(refuse('bad_request', message, { reason: 'accounts.malformed' }));
    },
  };
}
