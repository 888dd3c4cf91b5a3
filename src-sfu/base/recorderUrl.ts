const form = /^gb28181:\/\/(\d{20})\/(\d{20})$/i;

/** The recorder and channel that an address such as `gb28181://42120000001180000001/42120000001320000001` names; undefined for any other. */
export function parseRecorderUrl(url: string): { recorderId: string; channelId: string } | undefined {
  const match = form.exec(url);
  if (match === null) return undefined;
  return { recorderId: match[1] ?? '', channelId: match[2] ?? '' };
}

/** The address of a channel in the registry. */
export function recorderUrl(recorderId: string, channelId: string): string {
  return `gb28181://${recorderId}/${channelId}`;
}
