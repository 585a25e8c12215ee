CREATE TABLE "erasures_followed" (
	"one" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"until" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "erasures_followed_one" CHECK ("erasures_followed"."one")
);
--> statement-breakpoint
CREATE INDEX "inbound_bodies_received" ON "inbound_bodies" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "messages_contact" ON "messages" USING btree ("contact_point_id") WHERE contact_point_id is not null;--> statement-breakpoint
CREATE INDEX "idempotency_keys_created" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
ALTER TABLE "erasures_followed" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "erasures_followed" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("until") ON "erasures_followed" TO insat_system;
