import { z } from 'zod';
import { roles } from '../session/roles.ts';
import { personNameSchema, signInNameSchema, typedPasswordSchema } from './accountNames.ts';

/** The roles an account can have. */
export const accountRoles = ['administrator', 'supervisor', 'duty_officer', 'auditor'] as const;
export type AccountRole = (typeof accountRoles)[number];

export const scopeSchema = z.object({
  districts: z.union([z.literal('all'), z.array(z.string().min(1).max(100)).max(200)]),
  squads: z.union([z.literal('all'), z.array(z.string().min(1).max(64)).max(200)]),
});

/** A code of one use is good for so long. Milliseconds. */
export const oneTimeCodeLifeMs = 24 * 3_600_000;
/** A code on a screen that waits to be paired is good for so long. Milliseconds. */
export const pairingCodeLifeMs = 10 * 60_000;
/** A confirmation with the password or a code is good for so long. Milliseconds. */
export const confirmationLifeMs = 5 * 60_000;

/** What an account has to do before it may do anything else. */
export const signInSteps = ['change_password', 'set_up_codes'] as const;
export type SignInStep = (typeof signInSteps)[number];

export const accountSchema = z.object({
  accountId: z.string(),
  signInName: z.string(),
  name: z.string(),
  role: z.enum(accountRoles),
  scope: scopeSchema,
  isDisabled: z.boolean(),
  isDemo: z.boolean(),
  /** Whether it asks for a code of an authenticator at sign-in. */
  hasTimeCodes: z.boolean(),
  recoveryCodesLeft: z.number().int(),
  mustChangePassword: z.boolean(),
  /** Whether it has a password at all; one without can only be opened with a code of one use. */
  hasPassword: z.boolean(),
  createdAtMs: z.number(),
});
export type Account = z.output<typeof accountSchema>;

/** A sign-in, as an administrator sees it. */
export const signInSchema = z.object({
  sessionId: z.string(),
  accountId: z.string(),
  createdAtMs: z.number(),
  lastUsedAtMs: z.number(),
  expiresAtMs: z.number(),
  address: z.string(),
  device: z.string(),
  isLocked: z.boolean(),
});
export type SignIn = z.output<typeof signInSchema>;

/** Which screen of the wall. Example: `main`. */
export const screenIdSchema = z.string().regex(/^[\w.-]{1,64}$/);

export const pairedSurfaces = ['wall', 'showcase'] as const;
export type PairedSurface = (typeof pairedSurfaces)[number];

/** The pairing of a screen that is not used for so long ends. Milliseconds. */
export const screenIdleLifeMs = 90 * 24 * 3_600_000;
/** The list of screens says so long before that it will. Milliseconds. */
export const screenIdleWarningMs = 14 * 24 * 3_600_000;

/** A wall or showcase that was let in once. */
export const pairedScreenSchema = z.object({
  pairingId: z.string(),
  surface: z.enum(pairedSurfaces),
  screenId: z.string(),
  name: z.string(),
  pairedAtMs: z.number(),
  pairedBy: z.string(),
  lastUsedAtMs: z.number(),
  address: z.string(),
  /** Set where its pairing ends soon, because nobody uses it: in so many days. */
  endsInDays: z.number().optional(),
});
export type PairedScreen = z.output<typeof pairedScreenSchema>;

/** Bodies of the requests over HTTP that come before there is a principal. */
export const signInBody = z.object({
  signInName: z.string().max(256),
  password: typedPasswordSchema,
  /** Six digits of an authenticator, or a recovery code. */
  code: z.string().max(64).optional(),
});
export const redeemBody = z.object({
  code: z.string().max(64),
  password: typedPasswordSchema,
  /** Only with the code of a first start: the administrator that is made. */
  signInName: signInNameSchema.optional(),
  name: personNameSchema.optional(),
});
export const changePasswordBody = z.object({
  oldPassword: typedPasswordSchema,
  newPassword: typedPasswordSchema,
});
export const codeBody = z.object({ code: z.string().max(64) });
/** The password, a code of the authenticator, or a recovery code. */
export const proofBody = z.object({ proof: typedPasswordSchema });
/** What a screen asks with whether it was confirmed. */
export const secretBody = z.object({ secret: z.string().max(100) });
/** `withTimeCodes`: the authenticator is lost as well. */
export const resetBody = z.object({ withTimeCodes: z.boolean().default(false) });
export const newAccountBody = z.object({
  signInName: signInNameSchema,
  name: personNameSchema,
  role: z.enum(accountRoles),
  scope: scopeSchema.default({ districts: 'all', squads: 'all' }),
});
export const changeAccountBody = z.object({
  name: personNameSchema.optional(),
  role: z.enum(accountRoles).optional(),
  scope: scopeSchema.optional(),
  isDisabled: z.boolean().optional(),
});
export const startPairingBody = z.object({
  surface: z.enum(pairedSurfaces),
  screenId: screenIdSchema,
});
export const confirmPairingBody = z.object({ code: z.string().max(64), name: personNameSchema });

/** Who is behind a page: `GET /api/v1/session`. */
export const sessionAnswerSchema = z.object({
  person: z
    .object({
      accountId: z.string(),
      signInName: z.string(),
      name: z.string(),
      role: z.enum(roles),
      steps: z.array(z.enum(signInSteps)),
      isLocked: z.boolean(),
      hasTimeCodes: z.boolean(),
      recoveryCodesLeft: z.number().int(),
      /** False: the owner never confirmed it; perhaps they were not even shown. */
      areRecoveryCodesKept: z.boolean(),
      isDemo: z.boolean(),
      /** Until when a confirmation is good; left out when there is none. */
      confirmedUntilMs: z.number().optional(),
    })
    .optional(),
  /** Whether this hub has no account yet. */
  isFirstRun: z.boolean(),
  /** The accounts of a demo, each one click. */
  demoAccounts: z.array(z.object({ signInName: z.string(), name: z.string(), role: z.enum(accountRoles) })),
  /** The hub's clock, Unix milliseconds: times are compared with it. */
  nowMs: z.number(),
});
export type SessionAnswer = z.output<typeof sessionAnswerSchema>;

/** What administrators see: `GET /api/v1/accounts`. */
export const accountsAnswerSchema = z.object({
  accounts: z.array(accountSchema),
  signIns: z.array(signInSchema),
  screens: z.array(pairedScreenSchema),
});
export type AccountsAnswer = z.output<typeof accountsAnswerSchema>;
