DROP INDEX "events_revealed";--> statement-breakpoint
CREATE INDEX "events_shown" ON "events" USING btree ("actor_id","at") WHERE type in ('case.revealed', 'case.data_given');--> statement-breakpoint
-- A quota counts all that the person was shown, also in cases that have left their sight since.
DROP POLICY "own_reveals" ON "events";--> statement-breakpoint
CREATE POLICY "own_showings" ON "events" FOR SELECT TO insat_staff
	USING ("type" IN ('case.revealed', 'case.data_given') AND "actor_id" = (SELECT insat_staff_id()));
