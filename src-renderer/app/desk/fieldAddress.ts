/** The address of the field app for phones, such as `https://192.168.1.5:8830/field.html`; undefined without HTTPS. */
export async function readFieldAddress(): Promise<string | undefined> {
  try {
    const answer = await fetch('/trust/addresses');
    if (!answer.ok) return undefined;
    return ((await answer.json()) as { fieldUrl: string }).fieldUrl;
  } catch {
    return undefined;
  }
}

/** SHA-256 fingerprints of the authority that phones install, and of one that is to follow it. Empty with the operator's own certificate. */
export async function readFingerprints(): Promise<readonly string[]> {
  try {
    const answer = await fetch('/trust/addresses');
    if (!answer.ok) return [];
    return ((await answer.json()) as { fingerprints?: string[] }).fingerprints ?? [];
  } catch {
    return [];
  }
}
