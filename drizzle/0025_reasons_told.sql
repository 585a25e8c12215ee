-- Of the notes, a citizen is told why what is masked was shown, or all was given: those that such an event of their case names.
CREATE POLICY "told" ON "notes" FOR SELECT TO insat_citizen
	USING ("id" IN (SELECT (e."data" ->> 'noteId')::uuid FROM "events" e
		WHERE e."case_id" = (SELECT insat_case()) AND e."type" IN ('case.revealed', 'case.data_given')));--> statement-breakpoint
GRANT SELECT ("id", "body", "body_sealed") ON "notes" TO insat_citizen;
