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
