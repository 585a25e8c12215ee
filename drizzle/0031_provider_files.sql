CREATE TABLE "provider_files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"message_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"url" text,
	"state" text NOT NULL,
	"tries" smallint DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "provider_files" ADD CONSTRAINT "provider_files_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "provider_files_due" ON "provider_files" USING btree ("due_at") WHERE state in ('waiting', 'kept');--> statement-breakpoint
CREATE INDEX "messages_heard" ON "messages" USING btree ("contact_point_id","channel","created_at") WHERE direction = 'in' and channel_account is not null;--> statement-breakpoint
CREATE INDEX "messages_window" ON "messages" USING btree ("contact_point_id") WHERE error_code = 'window_closed';--> statement-breakpoint
ALTER TABLE "provider_files" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "provider_files" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ("url", "state", "tries", "due_at") ON "provider_files" TO insat_system;
