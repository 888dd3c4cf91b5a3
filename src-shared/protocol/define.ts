import type { z } from 'zod';
import type { Capability } from '../session/roles.ts';
import type { RefusalCause, RefusalParameters, RefusalReason } from './refusals.ts';

/** Why a request was refused. A closed list: a surface can have a sentence for each. */
export const ackCodes = [
  'bad_request',
  'unknown_request',
  'forbidden',
  'not_joined',
  'not_found',
  'conflict',
  'too_many',
  'unavailable',
  'unsupported',
  'timeout',
  'internal',
] as const;
export type AckCode = (typeof ackCodes)[number];

/**
 * The answer to every request: the data, or a refusal. Programs decide by `code`. A surface shows its own sentence for
 * `reason`, filled with `parameters`; `message` is that sentence in English, for logs and for other systems.
 */
export type Ack<T> = { ok: true; data: T } | Refused;

/** For example `{ ok: false, code: 'conflict', reason: 'wall.screen_changed', parameters: { screen: '2' }, message: '…' }`. */
export interface Refused {
  ok: false;
  code: AckCode;
  reason: RefusalReason;
  parameters?: RefusalParameters;
  message: string;
}

/**
 * Which part of the city a request is about. `any`: about none, or only about the surface itself. `filtered`: its handler answers
 * with what the asker may see, or decides about the thing itself. `city`: about all of it, for those who work for all districts.
 * `thing`: about what its input names; the hub's feature says which things these are (`scopes` of its contract).
 */
export type ScopeName = 'any' | 'filtered' | 'city' | 'thing';

/** One request of a surface: what it carries, what it is answered with, and what the asker must be allowed to do. */
export interface RequestDefinition<
  Input extends z.ZodType = z.ZodType,
  Output extends z.ZodType = z.ZodType,
  Scope extends ScopeName = ScopeName,
> {
  input: Input;
  output: Output;
  /** `none` is for the few requests that come before a role is known. */
  capability: Capability | 'none';
  /** A request without it has its line in the hub's `app/requestScopes.ts`. */
  scope?: Scope;
  /** `step_up`: a person gives the password or a code again first, which is good for 5 min. For what is deleted, exported or opened to others, and for rights that somebody gets. */
  needs?: 'step_up';
  /** Answering makes the hub write a row, into a table or into the audit log: such requests are counted in a minute. */
  writes?: true;
  /** The answer may be larger than 16 KiB: only some are made at the same time. */
  isLarge?: true;
}

/** Requests by name, `feature:verbNoun`. */
export type RequestTable = Record<string, RequestDefinition>;

/** Who receives a notice: declared once, beside its shape, so that no sender decides it. */
export type NoticeAudience =
  /** The one surface that it is addressed to. Such a notice is never broadcast. */
  | { to: 'addressee' }
  /** Every surface that joined. */
  | { to: 'everyone' }
  /** Every surface whose role has the capability, and does not have `without`. */
  | { to: 'holders'; capability: Capability; without?: Capability }
  /**
   * Every surface whose role has `capability`; and a surface whose role has `scopedCapability`, when the notice is about
   * its own squad, member or screen. Example: a desk is notified of all squads, a phone of its own squad.
   */
  | { to: 'scope'; capability: Capability; scopedCapability: Capability };

/** One notice of the hub: what it carries, and who receives it. */
export interface NoticeDefinition<
  Payload extends z.ZodType = z.ZodType,
  Audience extends NoticeAudience = NoticeAudience,
> {
  payload: Payload;
  audience: Audience;
}

/** Notices by name, `feature:nounPastTense`. */
export type NoticeTable = Record<string, NoticeDefinition>;

/** Declares one request and keeps its exact types. */
export function request<
  Input extends z.ZodType,
  Output extends z.ZodType,
  const Scope extends ScopeName = never,
>(definition: RequestDefinition<Input, Output, Scope>): RequestDefinition<Input, Output, Scope> {
  return definition;
}

/** Declares one notice and keeps its exact types. */
export function notice<Payload extends z.ZodType, const Audience extends NoticeAudience>(
  payload: Payload,
  audience: Audience,
): NoticeDefinition<Payload, Audience> {
  return { payload, audience };
}

export type RequestInput<Table extends RequestTable, Name extends keyof Table> = z.output<
  Table[Name]['input']
>;
export type RequestOutput<Table extends RequestTable, Name extends keyof Table> = z.output<
  Table[Name]['output']
>;
export type NoticePayload<Table extends NoticeTable, Name extends keyof Table> = z.output<
  Table[Name]['payload']
>;

/** The socket.io event map of a surface's requests. */
export type RequestEvents<Table extends RequestTable> = {
  [Name in keyof Table]: (
    input: z.input<Table[Name]['input']>,
    acknowledge: (answer: Ack<z.output<Table[Name]['output']>>) => void,
  ) => void;
};

/** The socket.io event map of the hub's notices. Each carries its number on this connection, from 1, without gaps. */
export type NoticeEvents<Table extends NoticeTable> = {
  [Name in keyof Table]: (sequence: number, payload: z.output<Table[Name]['payload']>) => void;
};

/** A successful answer. */
export function ok<T>(data: T): Ack<T> {
  return { ok: true, data };
}

/** A refusal. The message says what happened and what to do next; the cause says the same in any language. */
export function refuse(code: AckCode, message: string, cause: RefusalCause): Ack<never> {
  const { reason, ...parameters } = cause;
  const given = Object.keys(parameters).length === 0 ? {} : { parameters: parameters as RefusalParameters };
  return { ok: false, code, reason, ...given, message };
}
