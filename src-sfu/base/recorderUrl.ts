const form = /^gb28181:\/\/(\d{20})\/(\d{20})(\?stream=sub)?$/i;

/** What an address of a recorder names. */
export interface RecorderTarget {
  recorderId: string;
  channelId: string;
  /** `sub`: the smaller of the two pictures that most channels have. */
  stream: 'main' | 'sub';
}

/** What an address such as `gb28181://42120000001180000001/42120000001320000001` names; undefined for any other kind of address. */
export function parseRecorderUrl(url: string): RecorderTarget | undefined {
  const match = form.exec(url);
  if (match === null) return undefined;
  const stream = match[3] === undefined ? 'main' : 'sub';
  return { recorderId: match[1] ?? '', channelId: match[2] ?? '', stream };
}

/** The address of a channel in the registry. */
export function recorderUrl(recorderId: string, channelId: string): string {
  return `gb28181://${recorderId}/${channelId}`;
}
