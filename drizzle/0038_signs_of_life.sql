ALTER TABLE "calls" ADD COLUMN "stepped_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "channel_accounts" ADD COLUMN "faulty_since" timestamp (3) with time zone;--> statement-breakpoint
SET LOCAL ROLE insat_system;--> statement-breakpoint
UPDATE "channel_accounts" SET "faulty_since" = "held_since" WHERE "held_class" <> 'throttled';--> statement-breakpoint
RESET ROLE;