CREATE TABLE "send_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"message_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"account" text NOT NULL,
	"began_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"outcome" text,
	"class" text,
	"code" text
);
--> statement-breakpoint
ALTER TABLE "delivery_reports" ADD COLUMN "part" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "attempt_id" uuid;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "next_try_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "repeats" uuid;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "parts" smallint;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "next_send_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "held_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "held_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "held_class" text;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "held_code" text;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "faults" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "threads" ADD COLUMN "unreached_code" text;--> statement-breakpoint
ALTER TABLE "send_attempts" ADD CONSTRAINT "send_attempts_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "send_attempts_message" ON "send_attempts" USING btree ("message_id","began_at");--> statement-breakpoint
CREATE INDEX "send_attempts_account" ON "send_attempts" USING btree ("channel","account","began_at");--> statement-breakpoint
CREATE INDEX "messages_repeats" ON "messages" USING btree ("repeats") WHERE repeats is not null;--> statement-breakpoint

-- The second wall (docs/adr/0012): an attempt follows its message; only the machine writes it.
ALTER TABLE "send_attempts" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "send_attempts" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("ended_at", "outcome", "class", "code") ON "send_attempts" TO insat_system;--> statement-breakpoint
CREATE POLICY "staff" ON "send_attempts" FOR SELECT TO insat_staff
	USING ((SELECT m."id" FROM "messages" m WHERE m."id" = "send_attempts"."message_id") IS NOT NULL);--> statement-breakpoint
GRANT SELECT ON "send_attempts" TO insat_staff;--> statement-breakpoint
GRANT UPDATE ("attempt_id", "next_try_at", "parts") ON "messages" TO insat_system;
