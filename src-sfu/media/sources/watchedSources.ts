import { SourceError, type StreamSourceKind } from './streamSource.ts';

/** The same kind of source, whose failures to open are also given to `onFailed`. */
export function watchedSources(
  kind: StreamSourceKind,
  onFailed: (url: string, error: SourceError) => void,
): StreamSourceKind {
  return {
    ...kind,
    create(address, events, limits) {
      const source = kind.create(address, events, limits);
      const open = source.open.bind(source);
      source.open = async () => {
        try {
          return await open();
        } catch (error) {
          if (error instanceof SourceError) onFailed(address.url, error);
          throw error;
        }
      };
      return source;
    },
  };
}
