CREATE INDEX "events_revealed" ON "events" USING btree ("actor_id","at") WHERE type = 'case.revealed';--> statement-breakpoint
-- A quota counts all that the person revealed, also in cases that have left their sight since.
CREATE POLICY "own_reveals" ON "events" FOR SELECT TO insat_staff
	USING ("type" = 'case.revealed' AND "actor_id" = (SELECT insat_staff_id()));
