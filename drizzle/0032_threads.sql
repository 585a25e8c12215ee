CREATE TABLE "threads" (
	"contact_point_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"language" text,
	"stopped" boolean DEFAULT false NOT NULL,
	"question" jsonb,
	"asked_at" timestamp (3) with time zone,
	"asked_times" smallint DEFAULT 0 NOT NULL,
	CONSTRAINT "threads_contact_point_id_channel_pk" PRIMARY KEY("contact_point_id","channel")
);
--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "reply_to" text;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_contact_point_id_contact_points_id_fk" FOREIGN KEY ("contact_point_id") REFERENCES "public"."contact_points"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "messages_held" ON "messages" USING btree ("state_at") WHERE state = 'held';--> statement-breakpoint
CREATE INDEX "messages_of_the_line" ON "messages" USING btree ("created_at") WHERE kind = 'automatic' and sender is not null;
--> statement-breakpoint
ALTER TABLE "threads" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY "system" ON "threads" TO insat_system USING (true) WITH CHECK (true);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON "threads" TO insat_system;
