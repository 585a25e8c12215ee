/**
 * An attachment's life. `uploading`: its bytes are on their way. `waiting`: whole, and attached to nothing. `received`: attached, to be
 * looked at. `scanning`: somebody looks. `quarantined`: kept, and opened to nobody before a scanner has called it clean.
 * `clean`: staff may open it. `refused`: its bytes are gone.
 */
export type AttachmentState = 'uploading' | 'waiting' | 'received' | 'scanning' | 'quarantined' | 'clean' | 'refused';

export const maxBytes = 10 * 1024 * 1024;
/** With one message; a case may have several messages with files. */
export const maxFiles = 5;
export const maxFilesOfCase = 20;

/** What is attached to nothing by then is removed. */
export const looseMs = 24 * 3600_000;
/** An upload that has not ended by then never will. */
export const uploadingMs = 3600_000;
/** So many may be attached to nothing at one time: a flood of files takes no disk from complaints. */
export const mostLoose = 500;
/** And so many of one network: nobody shuts out everybody's files. */
export const mostLooseOfNetwork = 50;
/** Whoever looks at it for so long has died. */
export const scanningMs = 120_000;
/** How soon a scanner that was away is asked again. */
export const rescanMs = 60_000;
/** A picture of which the process died so often is not tried again. */
export const mostCrashes = 3;
