-- What PostgreSQL notes of a column's values are values: whole texts of citizens stood in pg_statistic, also those that were
-- sealed or erased since, for whoever has a copy of the server's files or a dump with statistics. No plan depends on them.
ALTER TABLE "messages" ALTER COLUMN "body" SET STATISTICS 0;--> statement-breakpoint
ALTER TABLE "notes" ALTER COLUMN "body" SET STATISTICS 0;--> statement-breakpoint
ALTER TABLE "feedback" ALTER COLUMN "comment" SET STATISTICS 0;--> statement-breakpoint
ALTER TABLE "cases" ALTER COLUMN "preview" SET STATISTICS 0, ALTER COLUMN "commune" SET STATISTICS 0, ALTER COLUMN "submitter_relationship" SET STATISTICS 0;--> statement-breakpoint
ALTER TABLE "unsealed" ALTER COLUMN "value" SET STATISTICS 0;--> statement-breakpoint
-- From now on nothing is noted; this forgets what was.
SELECT pg_clear_attribute_stats('public', t, c, false) FROM (VALUES
	('messages', 'body'), ('notes', 'body'), ('feedback', 'comment'), ('cases', 'preview'), ('cases', 'commune'), ('cases', 'submitter_relationship'), ('unsealed', 'value')
) AS kept(t, c);
