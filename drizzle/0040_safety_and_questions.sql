CREATE INDEX "messages_safety" ON "messages" USING btree ("contact_point_id","created_at") WHERE kind = 'safety';--> statement-breakpoint
CREATE INDEX "messages_questions" ON "messages" USING btree ("case_id","created_at") WHERE direction = 'out' and kind = 'question';--> statement-breakpoint
-- Words of danger on the page where a case is followed put it before all others.
GRANT UPDATE ("priority") ON "cases" TO insat_citizen;