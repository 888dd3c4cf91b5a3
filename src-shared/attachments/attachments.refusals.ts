/** Why the hub refuses a photograph, a voice note or a file: reason → the parameters of its sentence. */
export const attachmentsRefusals = {
  'attachments.malformed': [],
  'attachments.no_such_owner': [],
  'attachments.no_such_attachment': [],
  'attachments.no_such_upload': [],
  'attachments.id_taken': [],
  'attachments.too_large': ['megabytes'],
  'attachments.more_than_announced': [],
  'attachments.too_many_unfinished': ['limit'],
  'attachments.too_many_of_owner': ['limit'],
  'attachments.too_much_today': ['megabytes'],
  'attachments.disk_full': [],
  'attachments.disk_read_only': [],
  'attachments.disk_failing': [],
} as const;
