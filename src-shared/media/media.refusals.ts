/** Why the hub refuses a request about transports and consumers: reason → the parameters of its sentence. */
export const mediaRefusals = {
  'media.no_worker': [],
  'media.worker_was_replaced': [],
  'media.transport_exists': [],
  'media.transport_was_closed': [],
  'media.transport_failed': [],
  'media.connection_failed': [],
  'media.another_transport_was_opened': [],
  'media.may_not_consume': [],
  'media.nothing_to_consume': [],
  'media.stream_on_another_worker': [],
  'media.too_many_consumers': ['limit'],
  'media.codec_not_supported': [],
  'media.consuming_failed': [],
  'media.producing_failed': [],
} as const;
