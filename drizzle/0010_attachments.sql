CREATE TABLE "attachments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"upload_hash" "bytea" NOT NULL,
	"case_id" uuid,
	"message_id" uuid,
	"type" text NOT NULL,
	"size" integer DEFAULT 0 NOT NULL,
	"digest" "bytea",
	"store_name" text NOT NULL,
	"data_key" "bytea" NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"crashes" smallint DEFAULT 0 NOT NULL,
	"discard" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"state_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "attachments_upload_hash_unique" UNIQUE("upload_hash")
);
--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_case_id_cases_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_message_id_messages_id_fk" FOREIGN KEY ("message_id") REFERENCES "public"."messages"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attachments_case" ON "attachments" USING btree ("case_id","created_at") WHERE case_id is not null;--> statement-breakpoint
CREATE INDEX "attachments_loose" ON "attachments" USING btree ("created_at") WHERE case_id is null;--> statement-breakpoint
CREATE INDEX "attachments_pending" ON "attachments" USING btree ("state","state_at") WHERE state in ('received','scanning','quarantined');--> statement-breakpoint
CREATE INDEX "attachments_discard" ON "attachments" USING btree ("state_at") WHERE discard;