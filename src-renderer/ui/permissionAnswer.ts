/** What a refusal of a browser means. */
export type PermissionAnswer = 'denied' | 'not_now' | 'not_asked';

/**
 * Distinguishes a "no" of the user from other refusals, which browsers report with the same error: a call that has the microphone, a
 * question that was closed, a setting of the phone that is off for the moment.
 */
export class PermissionJudge {
  readonly #query: () => Promise<Pick<PermissionStatus, 'state'> | undefined>;
  #refusals = 0;

  /** `query` asks the browser, and answers undefined where it does not say. */
  constructor(query: () => Promise<Pick<PermissionStatus, 'state'> | undefined>) {
    this.#query = query;
  }

  /** The browser refused. Where it does not say why, two refusals one after the other are a "no". */
  async refused(): Promise<PermissionAnswer> {
    this.#refusals += 1;
    const status = await this.#query().catch(() => undefined);
    switch (status?.state) {
      case 'denied':
        return 'denied';
      case 'granted':
        return 'not_now';
      case 'prompt':
        return 'not_asked';
      default:
        return this.#refusals > 1 ? 'denied' : 'not_asked';
    }
  }

  granted(): void {
    this.#refusals = 0;
  }
}

/** Asks this browser; undefined where it knows no such permission. */
export async function queryPermission(name: string): Promise<PermissionStatus | undefined> {
  const permissions = navigator.permissions as Permissions | undefined;
  return permissions?.query({ name: name as PermissionName }).catch(() => undefined);
}
