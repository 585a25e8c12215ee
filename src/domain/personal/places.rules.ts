import type { Place } from '#lib/sealing';

/** Every place where something sealed stands, with what names its row for good. */
export const sealedAt = {
  name: (citizenId: string): Place => ({ table: 'citizens', column: 'name', row: citizenId }),
  /** A contact point gets its id where it is stored; its index is known before. */
  contact: (citizenId: string, index: Buffer): Place => ({ table: 'citizen_contacts', column: 'value', row: `${citizenId}/${index.toString('hex')}` }),
  submitter: (caseId: string): Place => ({ table: 'cases', column: 'submitter_name', row: caseId }),
  preview: (caseId: string): Place => ({ table: 'cases', column: 'preview', row: caseId }),
  message: (messageId: string): Place => ({ table: 'messages', column: 'body', row: messageId }),
  sender: (messageId: string): Place => ({ table: 'messages', column: 'sender', row: messageId }),
  request: (messageId: string): Place => ({ table: 'inbound_bodies', column: 'body', row: messageId }),
  caller: (callId: string): Place => ({ table: 'calls', column: 'caller', row: callId }),
  note: (noteId: string): Place => ({ table: 'notes', column: 'body', row: noteId }),
  attachmentKey: (attachmentId: string): Place => ({ table: 'attachments', column: 'data_key', row: attachmentId }),
  /** Also while it is pending: confirmed, it moves as it is. */
  totp: (staffId: string): Place => ({ table: 'totp_factors', column: 'secret', row: staffId }),
  comment: (caseId: string): Place => ({ table: 'feedback', column: 'comment', row: caseId }),
};
