/** What a browser would keep of an answer's cookies, as the header `Cookie` of its next request. */
export function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}

/** The header `Cookie` after a POST; rejects with what the hub answers. */
export async function signInWith(hubUrl: string, path: string, body: object): Promise<string> {
  const response = await fetch(new URL(path, hubUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return cookieOf(response);
}
