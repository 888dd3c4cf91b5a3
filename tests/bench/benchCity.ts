import { demoCity } from '../../src-sim/city/demoCity.ts';

/** Gives a hub the demo city's 2,200 cameras, none of which answers; their external ids. */
export async function registerDemoCity(hub: { url: string }): Promise<string[]> {
  const city = demoCity({ sites: 1_500, cameras: 2_200, seed: 715, rtspUrl: 'rtsp://127.0.0.1:9' });
  const answer = await fetch(`${hub.url}/api/v1/registry/import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(city),
  });
  if (!answer.ok) throw new Error(`the hub refused the registry: ${await answer.text()}`);
  return city.cameras.map(({ externalId }) => externalId);
}
