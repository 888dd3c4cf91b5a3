/** The hub cannot start as things are. The message says what stands in the way and what to do. */
export class StartError extends Error {
  override name = 'StartError';
}
