/**
 * What `EventRow` holds: everything as text, so that nothing is rounded or reformatted on its way into a leaf. Order by
 * `events.id`: the bare name would mean this text.
 */
export const eventColumns = `id::text, case_id::text, type, actor_kind, actor_id::text, (extract(epoch from at) * 1000)::text as at_ms, data::text`;
