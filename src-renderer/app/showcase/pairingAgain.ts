/** How often a screen that is not let in asks whether a desk wants its code. Milliseconds. */
export const askEveryMs = 5_000;

/**
 * A screen for visitors whose pairing was ended says nothing of pairing, until a desk asks for its code. `refused` is called again and
 * again while the screen is not let in; where a desk asked and it is still not, `showCode` turns the page to the one with the code.
 */
export function createPairingAgain(parts: {
  isCodeAsked(): Promise<boolean>;
  isRefused(): boolean;
  showCode(): void;
  runningMs(): number;
}): { refused(): void } {
  const { isCodeAsked, isRefused, showCode, runningMs } = parts;
  let askedAtMs = -Infinity;
  const ask = async (): Promise<void> => {
    if ((await isCodeAsked()) && isRefused()) showCode();
  };
  return {
    refused() {
      if (runningMs() - askedAtMs < askEveryMs) return;
      askedAtMs = runningMs();
      // A server that does not answer is asked again.
      ask().catch(() => undefined);
    },
  };
}

/** Where a screen shows its code; the page of visitors comes back from there. Example: `?screen=hall` of the page's address. */
export function codeAddress(search: string): string {
  const screen = new URLSearchParams(search).get('screen');
  return `/sign-in.html?pair=showcase&asked=1${screen === null ? '' : `&screen=${encodeURIComponent(screen)}`}`;
}
